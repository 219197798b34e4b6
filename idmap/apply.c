// SPDX-License-Identifier: Apache-2.0
#include "idmap/apply.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/diagnose.h"

/* What differs between the two maps. */
struct kind {
	const char *name; /* "uid", "gid": the map's file is NAME_map */
	int capability;
	enum userns_step step;
};

static const struct kind uid_kind = { "uid", CAP_SETUID, USERNS_UID_MAP };
static const struct kind gid_kind = { "gid", CAP_SETGID, USERNS_GID_MAP };

/* Our effective capabilities, as bits; none when they can't be read. */
static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

static bool is_just(const struct id_map *map, uint32_t id)
{
	return map->count == 1 && map->extents[0].count == 1 &&
	       map->extents[0].outside == id;
}

/* Does the kernel take the map from us? */
static bool is_direct(const struct kind *kind, const struct id_map *map,
		      uint32_t own_id, uint64_t capabilities)
{
	return capabilities >> kind->capability & 1 || is_just(map, own_id);
}

bool idmap_needs_helpers(const struct id_map *uids, const struct id_map *gids)
{
	uint64_t capabilities = effective_capabilities();

	return !is_direct(&uid_kind, uids, geteuid(), capabilities) ||
	       !is_direct(&gid_kind, gids, getegid(), capabilities);
}

/* Return: 0, negative errno */
static int write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);

	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* The kernel takes a map in one piece or not at all. */
	if (write(fd, text, strlen(text)) < 0)
		return -errno;
	return 0;
}

static int write_map(const struct kind *kind, pid_t pid,
		     const struct id_map *map, struct error *err)
{
	auto_free char *text = id_map_print(map);
	char name[16];

	(void)snprintf(name, sizeof(name), "%s_map", kind->name);

	int result = write_file(pid, name, text);

	if (result < 0)
		return userns_failed(err, -result, kind->step);
	return 0;
}

/* Without CAP_SETGID the kernel takes a gid map only after setgroups(2) is
 * denied in the namespace: dropping a group could be a way around file modes
 * that deny something to that group (CVE-2014-8989).
 */
static int write_gid_map(pid_t pid, const struct id_map *map, bool privileged,
			 struct error *err)
{
	int result = privileged ? 0 : write_file(pid, "setgroups", "deny");

	if (result < 0)
		return userns_failed(err, -result, USERNS_GID_MAP);
	return write_map(&gid_kind, pid, map, err);
}

static int start_helper(const char *path, pid_t pid, const struct id_map *map,
			struct idmap_helper *ret, struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };
	int ends[2];

	strv_add(&argv, xstrdup(path));
	strv_addf(&argv, "%d", pid);
	for (size_t i = 0; i < map->count; i++) {
		strv_addf(&argv, "%u", map->extents[i].inside);
		strv_addf(&argv, "%u", map->extents[i].outside);
		strv_addf(&argv, "%u", map->extents[i].count);
	}
	/* Non-blocking: nobody reads before it has ended, and a helper that
	 * has more to say than a pipe holds must end all the same.
	 */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_set(err, errno, "make a pipe for %s", path);

	auto_close int output = ends[0], input = ends[1];
	int result =
		process_spawn(path, argv.items, (int[]){ -1, input, input }, 3,
			      &ret->process, err);

	if (result < 0)
		return result;
	ret->output = steal_fd(&output);
	ret->running = true;
	return 0;
}

static int need_helpers(const struct idmap_helpers *helpers, struct error *err)
{
	if (helpers && helpers->newuidmap && helpers->newgidmap)
		return 0;
	return error_say(
		err, EPERM,
		"only newuidmap and newgidmap may map these ids, and they were not looked for");
}

/* What the kernel takes from us. The helpers run meanwhile. */
static int write_direct(pid_t pid, const struct idmap_apply *apply,
			uint64_t capabilities, struct error *err)
{
	bool privileged = capabilities >> CAP_SETGID & 1;

	if (!apply->uid_helper.running &&
	    write_map(&uid_kind, pid, apply->uids, err) < 0)
		return -err->code;
	if (!apply->gid_helper.running &&
	    write_gid_map(pid, apply->gids, privileged, err) < 0)
		return -err->code;
	return 0;
}

static int begin(pid_t pid, const struct idmap_helpers *helpers,
		 struct idmap_apply *apply, struct error *err)
{
	uint64_t capabilities = effective_capabilities();
	bool direct_uid =
		is_direct(&uid_kind, apply->uids, geteuid(), capabilities);
	bool direct_gid =
		is_direct(&gid_kind, apply->gids, getegid(), capabilities);

	if ((!direct_uid || !direct_gid) && need_helpers(helpers, err) < 0)
		return -err->code;
	if (!direct_uid && start_helper(helpers->newuidmap, pid, apply->uids,
					&apply->uid_helper, err) < 0)
		return -err->code;
	if (!direct_gid && start_helper(helpers->newgidmap, pid, apply->gids,
					&apply->gid_helper, err) < 0)
		return -err->code;
	return write_direct(pid, apply, capabilities, err);
}

/* Six parameters: both maps and who writes them are one decision. */
// NOLINTNEXTLINE(readability-function-size)
int idmap_apply_begin(pid_t pid, const struct id_map *uids,
		      const struct id_map *gids,
		      const struct idmap_helpers *helpers,
		      struct idmap_apply *ret, struct error *err)
{
	struct idmap_apply apply = { .uids = uids, .gids = gids };
	int result = begin(pid, helpers, &apply, err);

	if (result < 0)
		idmap_apply_clear(&apply);
	else
		*ret = apply;
	return result;
}

/* The helper's own words, as one line. */
static void read_words(int fd, char *words, size_t size)
{
	ssize_t n = read(fd, words, size - 1);

	words[n > 0 ? n : 0] = '\0';
	while (n > 0 && words[n - 1] == '\n')
		words[--n] = '\0';
	for (char *c = words; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = *c == '\n' ? ' ' : '?';
}

/* A container in a container: the image's /etc/subuid promises ids that the
 * outer one doesn't have.
 */
static char *unmapped_cause(const struct kind *kind, const struct id_map *map)
{
	auto_with(id_ranges_clear) struct id_ranges own = { 0 };
	auto_free char *path = xasprintf("/proc/self/%s_map", kind->name);
	auto_free char *text = NULL;
	struct error ignored;

	if (file_read_text(path, 65536, &text, NULL, &ignored) < 0)
		return NULL;
	id_ranges_parse_map(text, UINT32_MAX, &own);
	for (size_t i = 0; i < map->count; i++) {
		const struct id_extent *e = &map->extents[i];
		auto_with(id_ranges_clear) struct id_ranges left = { 0 };

		id_ranges_add(&left, e->outside, e->count);
		for (size_t j = 0; j < own.count; j++)
			id_ranges_subtract(&left, own.items[j].first,
					   own.items[j].count);
		if (left.count)
			return xasprintf(
				"%s %u is not mapped in the user namespace that holt runs in (see %s); to mend it: grant ids that are, in /etc/sub%s",
				kind->name, left.items[0].first, path,
				kind->name);
	}
	return NULL;
}

/* The helpers want our group to be the one that passwd names: newgrp(1) and
 * sg(1) are in their way.
 */
static char *group_cause(void)
{
	const struct passwd *pw = getpwuid(getuid());

	if (!pw || pw->pw_gid == getgid())
		return NULL;
	return xasprintf(
		"newuidmap works only under one's primary group, %u, but holt runs under group %u; to mend it: start holt without newgrp or sg",
		pw->pw_gid, getgid());
}

static char *helper_cause(const struct kind *kind, const struct id_map *map)
{
	char *cause = unmapped_cause(kind, map);
	struct userns_facts facts;

	if (!cause)
		cause = group_cause();
	if (cause)
		return cause;
	userns_facts_read(NULL, &facts);
	return userns_cause(kind->step, EPERM, &facts);
}

static int finish_helper(const struct kind *kind, const struct id_map *map,
			 struct idmap_helper *helper, struct error *err)
{
	char words[400];

	if (!helper->running)
		return 0;

	int status = process_wait(&helper->process);

	helper->running = false;
	if (status < 0)
		return error_set(err, -status, "wait for new%smap", kind->name);
	if (status == 0)
		return 0;
	read_words(helper->output, words, sizeof(words));

	auto_free char *cause = helper_cause(kind, map);
	auto_free char *ended =
		xasprintf("new%smap: exit status %d", kind->name, status);

	return error_say(err, EPERM, "write the %s map: %s%s%s", kind->name,
			 *words ? words : ended, cause ? "; " : "",
			 cause ? cause : "");
}

int idmap_apply_finish(struct idmap_apply *apply, struct error *err)
{
	int result =
		finish_helper(&uid_kind, apply->uids, &apply->uid_helper, err);

	if (result == 0)
		result = finish_helper(&gid_kind, apply->gids,
				       &apply->gid_helper, err);
	idmap_apply_clear(apply);
	return result;
}

static void helper_clear(struct idmap_helper *helper)
{
	if (helper->running)
		process_clear(&helper->process);
	if (helper->output > 0)
		close(helper->output);
	*helper = (struct idmap_helper){ 0 };
}

void idmap_apply_clear(struct idmap_apply *apply)
{
	helper_clear(&apply->uid_helper);
	helper_clear(&apply->gid_helper);
}
