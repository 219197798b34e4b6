// SPDX-License-Identifier: Apache-2.0
#include "idmap/subid_check.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/subid_file.h"

#define WANTED_IDS   65536
#define PASSWD_LIMIT (64 << 20)

static const char *const side_names[] = { "uid", "gid" };

/* What is to change: for each side a range to take away, and how many ids to
 * add, of one range that is free in both files.
 */
struct change {
	struct id_range del[2]; /* .count 0: none */
	uint32_t add[2];        /* 0: none */
};

/* usermod(8) knows only users that are in the file itself. */
static bool is_local(const struct subid_facts *facts)
{
	auto_free char *text = NULL;
	struct error err;
	size_t length = strlen(facts->user);

	if (file_read_text(facts->passwd, PASSWD_LIMIT, &text, NULL, &err) < 0)
		return false;
	for (const char *at = text; *at;) {
		size_t line = strcspn(at, "\n");

		if (line > length && at[length] == ':' &&
		    !memcmp(at, facts->user, length))
			return true;
		at += line + (at[line] == '\n');
	}
	return false;
}

/* "--add-subuids 100000-165535 " and the like, appended to @words */
static void add_flag(struct strv *words, const char *verb, int side,
		     struct id_range range)
{
	strv_addf(words, "--%s-sub%ss %u-%u", verb, side_names[side],
		  range.first, range.first + (range.count - 1));
}

static char *join(const struct strv *words, const char *between)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < words->count; i++) {
		char *longer = xasprintf("%s%s%s", text, i ? between : "",
					 words->items[i]);

		free(text);
		text = longer;
	}
	return text;
}

static char *usermod_command(const struct subid_facts *facts,
			     const struct change *change, struct id_range fresh)
{
	auto_with(strv_clear) struct strv words = { 0 };

	strv_addf(&words, "sudo usermod");
	for (int side = 0; side < 2; side++) {
		if (change->del[side].count)
			add_flag(&words, "del", side, change->del[side]);
		if (change->add[side])
			add_flag(&words, "add", side,
				 (struct id_range){ fresh.first,
						    change->add[side] });
	}
	strv_addf(&words, "%s", facts->user);
	return join(&words, " ");
}

/* The same for users who aren't in passwd: the files themselves. */
static char *edit_command(const struct subid_facts *facts,
			  const struct change *change, struct id_range fresh)
{
	auto_with(strv_clear) struct strv words = { 0 };
	const struct subid_side *sides = facts->sides;

	for (int side = 0; side < 2; side++)
		if (change->del[side].count)
			strv_addf(&words,
				  "sudo sed -i -E '/^(%s|%u):%u:%u$/d' %s",
				  facts->user, facts->uid,
				  change->del[side].first,
				  change->del[side].count, sides[side].path);
	if (change->add[0] == change->add[1])
		strv_addf(&words, "echo '%s:%u:%u' | sudo tee -a %s %s",
			  facts->user, fresh.first, fresh.count, sides[0].path,
			  sides[1].path);
	else
		strv_addf(&words, "echo '%s:%u:%u' | sudo tee -a %s",
			  facts->user, fresh.first, fresh.count,
			  sides[change->add[0] ? 0 : 1].path);
	return join(&words, " && ");
}

/* The command that makes @change happen. */
static char *remedy(const struct subid_facts *facts,
		    const struct change *change)
{
	const char *const texts[] = { facts->sides[0].text,
				      facts->sides[1].text };
	uint32_t count = change->add[0] ? change->add[0] : change->add[1];
	struct id_range fresh = { 0 };

	if (facts->source)
		return xasprintf(
			"have it corrected in '%s', the source of subordinate ids in nsswitch.conf; 'getsubids %s' shows what it says",
			facts->source, facts->user);
	if (subid_file_free_range(texts, count, &fresh) < 0)
		return xasprintf(
			"no %u ids are left to grant in %s and %s: clear up there",
			count, facts->sides[0].path, facts->sides[1].path);
	return is_local(facts) ? usermod_command(facts, change, fresh)
			       : edit_command(facts, change, fresh);
}

static char *with_remedy(const struct subid_facts *facts,
			 const struct change *change, char *what)
{
	auto_free char *cause = what;
	auto_free char *command = remedy(facts, change);

	return xasprintf("%s; to mend it: %s", cause, command);
}

static char *check_reachable(const struct subid_facts *facts)
{
	const struct error *failure = facts->failure;

	if (!failure)
		return NULL;
	if (failure->code == ELIBACC)
		return xasprintf(
			"nsswitch.conf names '%s' as the source of subordinate ids, and libsubid, which asks it, can't be loaded (%s); to mend it install libsubid: sudo apt-get install libsubid4, or sudo dnf install shadow-utils-subid",
			facts->source, failure->text);
	return xasprintf(
		"'%s', the source of subordinate ids in nsswitch.conf, did not answer for user %s (%s); to mend it: see what 'getsubids %s' says, or have the files used with: sudo sed -i 's/^subid:.*/subid: files/' /etc/nsswitch.conf",
		facts->source, facts->user, failure->text, facts->user);
}

static char *check_named(const struct subid_facts *facts)
{
	if (facts->user)
		return NULL;
	return xasprintf(
		"uid %u has no entry in the user database, and newuidmap maps ids only for users who have one; to mend it: sudo useradd --uid %u NAME",
		facts->uid, facts->uid);
}

static char *check_open(const struct subid_facts *facts)
{
	for (int i = 0; i < 2; i++) {
		const struct subid_side *side = &facts->sides[i];

		if (side->code)
			return xasprintf(
				"%s can't be read (%s); to mend it: sudo chmod 644 %s",
				side->path, strerror(side->code), side->path);
	}
	return NULL;
}

static char *check_lines(const struct subid_facts *facts)
{
	for (int i = 0; i < 2; i++) {
		const struct subid_side *side = &facts->sides[i];
		struct change change = { 0 };

		if (!side->bad_line)
			continue;
		change.add[i] = WANTED_IDS;

		auto_free char *command = remedy(facts, &change);

		return xasprintf(
			"line %zu of %s is not NAME:FIRST:COUNT with ids below 4294967295; to mend it: sudo sed -i %zud %s && %s",
			side->bad_line, side->path, side->bad_line, side->path,
			command);
	}
	return NULL;
}

static char *check_present(const struct subid_facts *facts)
{
	struct change change = { 0 };
	bool missing[2];

	for (int i = 0; i < 2; i++) {
		missing[i] = facts->sides[i].usable == 0;
		change.add[i] = missing[i] ? WANTED_IDS : 0;
	}
	if (!missing[0] && !missing[1])
		return NULL;
	if (facts->source)
		return with_remedy(
			facts, &change,
			xasprintf("'%s' grants no subordinate %s to user %s",
				  facts->source, missing[0] ? "uids" : "gids",
				  facts->user));

	const char *uid_path = facts->sides[0].path;
	const char *gid_path = facts->sides[1].path;
	char *what = missing[0] && missing[1]
			     ? xasprintf("%s and %s have no line for user %s",
					 uid_path, gid_path, facts->user)
			     : xasprintf("%s has no line for user %s",
					 missing[0] ? uid_path : gid_path,
					 facts->user);

	return with_remedy(facts, &change, what);
}

/* The line of somebody else that shares ids with @range. */
static bool find_overlap(const struct subid_facts *facts, const char *text,
			 struct id_range range, struct subid_line *ret)
{
	struct subid_line line = { 0 };

	while (subid_line_next(&text, &line))
		if (line.range.count &&
		    !subid_line_is_of(&line, facts->user, facts->uid) &&
		    id_range_overlaps(line.range, range)) {
			*ret = line;
			return true;
		}
	return false;
}

static char *check_exclusive_side(const struct subid_facts *facts, int i)
{
	const struct subid_side *side = &facts->sides[i];
	struct subid_line other;

	for (size_t j = 0; j < side->ranges->count; j++) {
		struct id_range range = side->ranges->items[j];
		struct change change = { 0 };

		if (!find_overlap(facts, side->text, range, &other))
			continue;
		change.del[i] = range;
		change.add[i] = WANTED_IDS;
		return with_remedy(
			facts, &change,
			xasprintf(
				"%s grants %u:%u to user %s, and a part of it also to %.*s, who could then enter the other's files",
				side->path, range.first, range.count,
				facts->user, (int)other.owner_length,
				other.start));
	}
	return NULL;
}

static char *check_exclusive(const struct subid_facts *facts)
{
	char *message = check_exclusive_side(facts, 0);

	return message ? message : check_exclusive_side(facts, 1);
}

static char *check_own_side(const struct subid_facts *facts, int i)
{
	const struct subid_side *side = &facts->sides[i];

	for (size_t j = 0; j < side->ranges->count; j++) {
		struct id_range range = side->ranges->items[j];
		struct change change = { 0 };

		if (!id_range_overlaps(range,
				       (struct id_range){ side->own_id, 1 }))
			continue;
		change.del[i] = range;
		change.add[i] = WANTED_IDS;
		return with_remedy(
			facts, &change,
			xasprintf(
				"the subordinate %ss %u:%u of user %s contain their own %s %u",
				side_names[i], range.first, range.count,
				facts->user, side_names[i], side->own_id));
	}
	return NULL;
}

static char *check_own(const struct subid_facts *facts)
{
	char *message = check_own_side(facts, 0);

	return message ? message : check_own_side(facts, 1);
}

/* A container could enter that user's files (CVE-2024-56433). */
static char *check_local(const struct subid_facts *facts)
{
	const struct id_ranges *ranges = facts->sides[0].ranges;
	auto_free char *passwd = NULL;
	struct error ignored;
	uid_t uid;

	if (!facts->thorough || file_read_text(facts->passwd, PASSWD_LIMIT,
					       &passwd, NULL, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < ranges->count; i++) {
		struct id_ranges one = { &ranges->items[i], 1 };
		struct change change = { .del = { ranges->items[i] },
					 .add = { WANTED_IDS } };

		if (subid_covers_user(&one, passwd, &uid))
			return with_remedy(
				facts, &change,
				xasprintf(
					"the subordinate uids %u:%u of user %s contain %u, a user of this machine, whose files containers can then enter",
					one.items->first, one.items->count,
					facts->user, uid));
	}
	return NULL;
}

static char *check_size(const struct subid_facts *facts)
{
	struct change change = { 0 };
	int worst = -1;

	for (int i = 0; i < 2; i++)
		if (facts->sides[i].usable < WANTED_IDS) {
			change.add[i] = WANTED_IDS;
			if (worst < 0)
				worst = i;
		}
	if (worst < 0)
		return NULL;
	return with_remedy(
		facts, &change,
		xasprintf(
			"user %s has only %ju subordinate %ss, and most images need %u",
			facts->user, (uintmax_t)facts->sides[worst].usable,
			side_names[worst], WANTED_IDS));
}

static char *check_equal(const struct subid_facts *facts)
{
	uint64_t uids = facts->sides[0].usable, gids = facts->sides[1].usable;
	struct change change = { 0 };

	if (uids == gids)
		return NULL;
	change.add[uids < gids ? 0 : 1] =
		(uint32_t)(uids < gids ? gids - uids : uids - gids);
	return with_remedy(
		facts, &change,
		xasprintf("user %s has %ju subordinate uids, but %ju gids",
			  facts->user, (uintmax_t)uids, (uintmax_t)gids));
}

enum subid_problem subid_check(const struct subid_facts *facts,
			       char **ret_message)
{
	/* The worst first. */
	static const struct {
		enum subid_problem problem;
		char *(*check)(const struct subid_facts *facts);
	} checks[] = {
		{ SUBID_ABSENT, check_named },
		{ SUBID_UNREACHABLE, check_reachable },
		{ SUBID_ABSENT, check_open },
		{ SUBID_MALFORMED, check_lines },
		{ SUBID_HAS_OWN_ID, check_own },
		{ SUBID_ABSENT, check_present },
		{ SUBID_OVERLAPS, check_exclusive },
		{ SUBID_COVERS_USER, check_local },
		{ SUBID_TOO_SMALL, check_size },
		{ SUBID_UNEQUAL, check_equal },
	};

	for (size_t i = 0; i < ARRAY_COUNT(checks); i++) {
		*ret_message = checks[i].check(facts);
		if (*ret_message)
			return checks[i].problem;
	}
	return SUBID_OK;
}
