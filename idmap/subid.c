// SPDX-License-Identifier: Apache-2.0
#include "idmap/subid.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/subid_check.h"
#include "idmap/subid_file.h"
#include "idmap/subid_nss.h"

#define FILE_LIMIT (64 << 20)

/* So many that the map still fits into a page with three lines for oneself. */
#define RANGES_MAX 120

void subid_parse(const char *text, const char *name, uid_t id,
		 struct id_ranges *ret, size_t *ret_bad_line)
{
	struct subid_line line = { 0 };

	*ret_bad_line = 0;
	while (subid_line_next(&text, &line)) {
		if (!subid_line_is_of(&line, name, id))
			continue;
		if (line.bad && !*ret_bad_line)
			*ret_bad_line = line.number;
		if (ret->count < RANGES_MAX)
			id_ranges_add(ret, line.range.first, line.range.count);
	}
}

/* The text of a file; empty when it can't be had, with the errno why. A file
 * that isn't there, or isn't one, is as good as an empty one.
 */
static char *read_file(const char *path, int *ret_code)
{
	struct error err;
	char *text;
	size_t size;

	*ret_code = 0;
	if (file_read_text(path, FILE_LIMIT, &text, &size, &err) < 0) {
		/* EINVAL: /dev/null and the like, mounted over it to hide it */
		if (err.code != ENOENT && err.code != EINVAL)
			*ret_code = err.code;
		return xstrdup("");
	}
	/* A NUL spoils its own line, and must not hide the ones after it. */
	for (char *nul = memchr(text, '\0', size); nul;
	     nul = memchr(nul, '\0', (size_t)(text + size - nul)))
		*nul = '?';
	return text;
}

/* What may be mapped: @granted without the user's own id, which gets a line of
 * its own, and without what is granted twice.
 */
static void make_usable(const struct id_ranges *granted, uint32_t own_id,
			struct id_ranges *ret)
{
	for (size_t i = 0; i < granted->count; i++) {
		auto_with(id_ranges_clear) struct id_ranges part = { 0 };

		id_ranges_add(&part, granted->items[i].first,
			      granted->items[i].count);
		id_ranges_subtract(&part, own_id, 1);
		for (size_t j = 0; j < ret->count; j++)
			id_ranges_subtract(&part, ret->items[j].first,
					   ret->items[j].count);
		for (size_t j = 0; j < part.count; j++)
			id_ranges_add(ret, part.items[j].first,
				      part.items[j].count);
	}
}

/* A user's ranges as they were granted, by enum subid_kind. */
struct granted {
	struct id_ranges sides[2];
	char *texts[2];
};

static void granted_clear(struct granted *granted)
{
	for (int i = 0; i < 2; i++) {
		id_ranges_clear(&granted->sides[i]);
		free(granted->texts[i]);
	}
}

static void read_granted(struct subid_facts *facts, struct granted *granted,
			 struct error *err)
{
	for (int i = 0; i < 2; i++) {
		struct subid_side *side = &facts->sides[i];

		granted->texts[i] =
			facts->source ? xstrdup("")
				      : read_file(side->path, &side->code);
		side->text = granted->texts[i];
		side->ranges = &granted->sides[i];
		if (!facts->source)
			subid_parse(side->text, facts->user, facts->uid,
				    &granted->sides[i], &side->bad_line);
	}
	if (facts->source && facts->user &&
	    subid_nss_find(facts->user, &granted->sides[SUBID_UID],
			   &granted->sides[SUBID_GID], err) < 0)
		facts->failure = err;
}

static const char *or_default(const char *path, const char *otherwise)
{
	return path ? path : otherwise;
}

void subids_find(const char *name, uid_t uid, gid_t gid,
		 const struct subid_sources *sources, struct subids *ret)
{
	static const struct subid_sources none;
	const struct subid_sources *from = sources ? sources : &none;
	int ignored; /* without the file, files are the source */
	auto_free char *nsswitch = read_file(
		or_default(from->nsswitch, "/etc/nsswitch.conf"), &ignored);
	auto_free char *source = subid_nss_source(nsswitch);
	auto_with(granted_clear) struct granted granted = { 0 };
	struct id_ranges *usable[] = { &ret->uids, &ret->gids };
	struct error failure;
	struct subid_facts facts = {
		.user = name,
		.uid = uid,
		.source = source,
		.thorough = from->thorough,
		.passwd = or_default(from->passwd, "/etc/passwd"),
		.sides = { { .path = or_default(from->subuid, "/etc/subuid"),
			     .own_id = uid },
			   { .path = or_default(from->subgid, "/etc/subgid"),
			     .own_id = gid } },
	};

	*ret = (struct subids){ 0 };
	read_granted(&facts, &granted, &failure);
	for (int i = 0; i < 2; i++) {
		make_usable(&granted.sides[i], facts.sides[i].own_id,
			    usable[i]);
		facts.sides[i].usable = id_ranges_total(usable[i]);
	}
	ret->problem = subid_check(&facts, &ret->message);
	/* Half a grant is of no use: both maps have to hold id 1. */
	if (!name || !ret->uids.count || !ret->gids.count) {
		id_ranges_clear(&ret->uids);
		id_ranges_clear(&ret->gids);
	}
}

void subids_clear(struct subids *subids)
{
	id_ranges_clear(&subids->uids);
	id_ranges_clear(&subids->gids);
	free(subids->message);
	*subids = (struct subids){ 0 };
}
