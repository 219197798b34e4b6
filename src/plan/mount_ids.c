// SPDX-License-Identifier: Apache-2.0
/* Idmapped mounts: files keep their owners on disk and have others in the
 * container. By whom they are mapped comes, in this order, from the option
 * itself (crun's "idmap=uids=0-1000-10#...;gids=..."), from the mount's own
 * mappings, from the container's user namespace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/mount_parts.h"

static void copy_map(const struct id_map *from, struct id_map *to)
{
	for (size_t i = 0; i < from->count; i++)
		id_map_add(to, from->extents[i].inside,
			   from->extents[i].outside, from->extents[i].count);
}

/* One "[@]inside-outside-count"; with "@" the second one is an id of the
 * container. Moves @at behind it.
 */
static int read_extent(const char **at, const struct id_map *container,
		       struct id_map *ret)
{
	bool relative = **at == '@';
	unsigned long numbers[3];
	uint32_t outside;

	*at += relative;
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		char *end;

		if (**at < '0' || **at > '9')
			return -EINVAL;
		numbers[i] = strtoul(*at, &end, 10);
		if (numbers[i] > UINT32_MAX || (i < 2 && *end != '-'))
			return -EINVAL;
		*at = end + (i < 2);
	}
	outside = (uint32_t)numbers[1];
	if (relative && id_map_outside(container, outside, &outside) < 0)
		return -EINVAL;
	id_map_add(ret, (uint32_t)numbers[0], outside, (uint32_t)numbers[2]);
	return 0;
}

static int read_list(const char **at, const char *name,
		     const struct id_map *container, struct id_map *ret)
{
	size_t length = strlen(name);

	if (strncmp(*at, name, length) != 0)
		return -EINVAL;
	*at += length;
	for (;;) {
		if (read_extent(at, container, ret) < 0)
			return -EINVAL;
		if (**at != '#')
			return 0;
		++*at;
	}
}

static int read_words(const char *words, const struct spec *spec,
		      struct mount_ids *ret, struct error *err)
{
	const char *at = words;

	if (read_list(&at, "uids=", &spec->uids, &ret->uids) < 0 ||
	    *at++ != ';' ||
	    read_list(&at, "gids=", &spec->gids, &ret->gids) < 0 || *at)
		return error_say(
			err, EINVAL,
			"idmap=%s is not of the form uids=INSIDE-OUTSIDE-COUNT[#...];gids=...",
			words);
	return 0;
}

static int find_ids(const struct mount_wish *wish, const struct plan *plan,
		    struct mount_ids *ret, struct error *err)
{
	const struct spec_mount *mount = wish->mount;

	if (wish->options->idmap_words)
		return read_words(wish->options->idmap_words, wish->spec, ret,
				  err);
	if (!mount->uids.count && plan->joins_user) {
		ret->joined = true;
		return 0;
	}
	if (!mount->uids.count && !plan->uids)
		return error_say(
			err, EINVAL,
			"idmap needs mappings: of the mount, or of a user namespace of the container's");
	copy_map(mount->uids.count ? &mount->uids : plan->uids, &ret->uids);
	copy_map(mount->uids.count ? &mount->gids : plan->gids, &ret->gids);
	return 0;
}

bool mount_wants_ids(const struct mount_wish *wish)
{
	return wish->options->idmap || wish->mount->uids.count > 0;
}

int plan_mount_ids(const struct mount_wish *wish, const struct plan *plan,
		   struct mount_op *op, struct error *err)
{
	if (!mount_wants_ids(wish))
		return 0;
	if (wish->host->uid != 0)
		return error_say(
			err, EPERM,
			"idmapped mounts need a filesystem owned by this user namespace (source %s is not)",
			op->source);
	op->ids = xcalloc(1, sizeof(*op->ids));
	op->ids->recursive = wish->options->idmap_recursive;
	if (find_ids(wish, plan, op->ids, err) < 0)
		return -err->code;
	if (op->ids->joined)
		return 0;
	if (id_map_validate(&op->ids->uids, "uid", err) < 0 ||
	    id_map_validate(&op->ids->gids, "gid", err) < 0)
		return error_wrap(err, "idmap");
	return 0;
}
