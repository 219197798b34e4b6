// SPDX-License-Identifier: Apache-2.0
/* The rules about where the container may send (rule.h), what names have to do
 * with addresses (learned.h), and the log (denials.h).
 *
 * A rule that denies wins over those that allow. Where there is one that
 * allows, everything else is denied; then names too can be asked for only as
 * far as rules allow them, so that DNS is no way out.
 *
 * What passes here may still be closed (egress.h): no rule opens that.
 */
#ifndef NET_POLICY_H
#define NET_POLICY_H

#include "net/denials.h"
#include "net/frame.h"
#include "net/learned.h"
#include "net/rule.h"

#define POLICY_RULES_MAX 256

/* An address is that of a name for as long as the answer says, but no shorter:
 * programs don't ask again as soon.
 */
#define POLICY_LEARNED_MS_MIN 300000

/* Records of an answer; one with more isn't passed on. */
#define POLICY_RECORDS_MAX 512

struct policy {
	bool denies_rest; /* there are rules that allow */
	size_t count;
	struct rule rules[POLICY_RULES_MAX];
	struct learned learned;
	struct learned *kept; /* a copy that lasts, borrowed; NULL: none */
	struct denials log;
};

/* Somebody who asks our nameserver, for the log. */
struct policy_client {
	int family;
	uint16_t port;
};

/**
 * policy_add() - One rule more
 * @text:	Borrowed
 *
 * Return: 0, negative errno
 */
must_check int policy_add(struct policy *policy, const char *text, bool is_deny,
			  struct error *err);

/**
 * policy_keep() - Have what is learned in memory that lasts, too
 * @kept:	Borrowed
 * @is_again:	There is something already, that another process has learned by
 *		the same rules
 *
 * After all rules have been added.
 */
void policy_keep(struct policy *policy, struct learned *kept, bool is_again);

/** policy_is_on() - Are there any rules? */
static inline bool policy_is_on(const struct policy *policy)
{
	return policy->count > 0;
}

/**
 * policy_passes() - May this frame go out?
 *
 * One that may not is in the log. Of TCP it is for the first segment to be
 * asked about; what is connected stays so.
 */
bool policy_passes(struct policy *policy, const struct frame *frame,
		   int64_t now_ms);

/** policy_note() - Put a frame in the log that is refused for other reasons */
void policy_note(struct policy *policy, const struct frame *frame,
		 int64_t now_ms);

/** policy_takes_query() - May this be asked for? If not, it is in the log */
bool policy_takes_query(struct policy *policy,
			const struct dns_question *question,
			const struct policy_client *client, int64_t now_ms);

/**
 * policy_takes_answer() - May this answer be known? And learn from it
 * @message:	From a nameserver, with the question
 *
 * Not if a name that the question leads to is denied.
 */
bool policy_takes_answer(struct policy *policy, const uint8_t *message,
			 size_t size, const struct policy_client *client,
			 int64_t now_ms);

#endif
