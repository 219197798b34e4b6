// SPDX-License-Identifier: Apache-2.0
#include "container/caller.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "oci/userdb.h"

#define PASSWD_MAX (64U << 20)
#define MAP_MAX    65536U

void caller_read(struct caller *ret)
{
	auto_free char *passwd = NULL;
	const struct passwd *entry;
	struct error ignored;

	*ret = (struct caller){ .uid = geteuid(), .gid = getegid() };
	if (file_read_text("/etc/passwd", PASSWD_MAX, &passwd, NULL,
			   &ignored) == 0) {
		const struct userdb db = { passwd, NULL };

		ret->name = userdb_name(&db, ret->uid);
		ret->home = userdb_home(&db, ret->uid);
	}
	if (ret->name)
		return;
	entry = getpwuid(ret->uid);
	if (!entry)
		return;
	ret->name = xstrdup(entry->pw_name);
	ret->home = xstrdup(entry->pw_dir);
}

void caller_clear(struct caller *caller)
{
	free(caller->name);
	free(caller->home);
	*caller = (struct caller){ 0 };
}

/* The ids that are there, by /proc/self/uid_map or gid_map. */
static int read_all(const char *path, struct id_ranges *ret, struct error *err)
{
	auto_free char *text = NULL;

	if (file_read_text(path, MAP_MAX, &text, NULL, err) < 0)
		return -err->code;
	id_ranges_parse_map(text, UINT32_MAX, ret);
	return 0;
}

static int map_all(const char *path, struct id_map *map, struct error *err)
{
	auto_with(id_ranges_clear) struct id_ranges all = { 0 };

	if (read_all(path, &all, err) < 0)
		return -err->code;
	for (size_t i = 0; i < all.count; i++)
		id_map_add(map, all.items[i].first, all.items[i].first,
			   all.items[i].count);
	return 0;
}

int caller_map_all(struct id_map *uids, struct id_map *gids, struct error *err)
{
	if (map_all("/proc/self/uid_map", uids, err) < 0)
		return -err->code;
	return map_all("/proc/self/gid_map", gids, err);
}

/* Is every id outside of @map in one of the ranges of @path? When in doubt
 * yes: the kernel will say it.
 */
static bool has_ids(const char *path, const struct id_map *map)
{
	auto_with(id_ranges_clear) struct id_ranges wanted = { 0 };
	auto_with(id_ranges_clear) struct id_ranges all = { 0 };
	struct error ignored;

	if (read_all(path, &all, &ignored) < 0)
		return true;
	for (size_t i = 0; i < map->count; i++)
		id_ranges_add(&wanted, map->extents[i].outside,
			      map->extents[i].count);
	for (size_t i = 0; i < all.count; i++)
		id_ranges_subtract(&wanted, all.items[i].first,
				   all.items[i].count);
	return id_ranges_total(&wanted) == 0;
}

bool caller_has_ids(const struct id_map *uids, const struct id_map *gids)
{
	return has_ids("/proc/self/uid_map", uids) &&
	       has_ids("/proc/self/gid_map", gids);
}

bool caller_may_set_groups(void)
{
	auto_free char *text = NULL;
	struct error ignored;

	return file_read_text("/proc/self/setgroups", MAP_MAX, &text, NULL,
			      &ignored) < 0 ||
	       strncmp(text, "deny", 4) != 0;
}

bool caller_is_rootless(void)
{
	auto_with(id_ranges_clear) struct id_ranges all = { 0 };
	struct error ignored;

	if (geteuid() != 0)
		return true;
	return read_all("/proc/self/uid_map", &all, &ignored) == 0 &&
	       id_ranges_total(&all) < UINT32_MAX;
}
