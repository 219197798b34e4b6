// SPDX-License-Identifier: Apache-2.0
/* What a probe has to say: without pointers to what it owns, for it is written
 * by one process and read by another.
 */
#ifndef CONTAINER_PROBE_FINDING_H
#define CONTAINER_PROBE_FINDING_H

#include "base/error.h"

/* From good to bad. */
enum probe_status { PROBE_OK, PROBE_SKIP, PROBE_WARN, PROBE_FAIL };

struct finding {
	enum probe_status status;
	const char *rung; /* "mount"; what was looked at */
	char found[480];  /* one line, never empty */
	char cause[800];  /* why it isn't as it should be; may be empty */
	char remedy[800]; /* the command that mends it; may be empty */
};

/** finding_say() - What was found. */
void finding_say(struct finding *finding, enum probe_status status,
		 const char *fmt, ...) like_printf(3, 4);

/** finding_because() - Why, and what mends it. */
void finding_because(struct finding *finding, const char *cause,
		     const char *remedy);

/** finding_remedy() - What mends it; the cause stays. */
void finding_remedy(struct finding *finding, const char *remedy);

/**
 * finding_explain() - Cause and remedy out of one message
 * @message:	"cause; to mend it: command", or a cause alone
 */
void finding_explain(struct finding *finding, const char *message);

/** finding_error() - The same out of an error, with the words of its errno. */
void finding_error(struct finding *finding, const struct error *err);

#endif
