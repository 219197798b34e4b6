// SPDX-License-Identifier: Apache-2.0
#include "container/keeper.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/proc.h"
#include "container/drop.h"
#include "container/ids.h"
#include "container/name.h"
#include "idmap/apply.h"
#include "idmap/kept.h"
#include "init/birth.h"

static int read_seconds(unsigned int *ret, struct error *err)
{
	const char *text = getenv(KEEPER_SECONDS_VARIABLE);
	uint64_t seconds = KEEPER_SECONDS;

	if (text && parse_number(text, KEEPER_SECONDS_MAX, &seconds) < 0)
		return error_say(
			err, EINVAL,
			"%s: '%s' is not a number of seconds, at most %d; 0 keeps no user namespace",
			KEEPER_SECONDS_VARIABLE, text, KEEPER_SECONDS_MAX);
	*ret = (unsigned int)seconds;
	return 0;
}

int keeper_find(const struct id_map *uids, const struct id_map *gids,
		struct keeper *ret, struct error *err)
{
	struct keeper keeper = { .userns = -1 };
	auto_free char *directory = NULL;
	struct error ignored;
	int fd;

	if (read_seconds(&keeper.seconds, err) < 0)
		return -err->code;
	if (!keeper.seconds || runtime_directory(&directory, &ignored) < 0) {
		*ret = (struct keeper){ .userns = -1 };
		return 0;
	}
	fd = kept_userns_open(directory, uids, gids);
	if (fd >= 0)
		keeper.userns = fd;
	/* One that doesn't serve us goes when its time is over. */
	if (fd != -ENOENT)
		keeper.seconds = 0;
	*ret = keeper;
	return 0;
}

void keeper_start(const struct keeper *keeper)
{
	auto_with(strv_clear) struct strv argv = { 0 };
	struct error err;

	if (!keeper->seconds)
		return;
	strv_add(&argv, xstrdup("holt"));
	strv_add(&argv, xstrdup("keep-userns"));
	strv_addf(&argv, "%u", keeper->seconds);
	if (process_spawn_orphan("/proc/self/exe", argv.items,
				 (int[]){ -1, -1, -1 }, 3, &err) < 0)
		log_debug("no user namespace is kept: %s", err.text);
}

void keeper_clear(struct keeper *keeper)
{
	if (keeper->userns >= 0)
		close(keeper->userns);
	*keeper = (struct keeper){ .userns = -1 };
}

/* @mapped: gets a byte when others may come, or ends */
static _Noreturn void keep(int claim, int mapped, unsigned int seconds)
{
	char byte;
	int idle;

	(void)setsid();
	(void)prctl(PR_SET_NAME, "holt-userns");
	if (read(mapped, &byte, 1) != 1)
		_exit(1);
	close(mapped);
	/* It needs nothing of what it has in there. */
	drop_capabilities();
	while ((idle = kept_userns_idle(claim)) >= 0 &&
	       (unsigned int)idle < seconds)
		(void)sleep(seconds - (unsigned int)idle);
	_exit(0);
}

/* The one who will keep it has been born in it. */
static int furnish(const struct process *child, const struct ids *ids,
		   int claim, int mapped, struct error *err)
{
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };
	int result;

	if (idmap_apply_begin(child->pid, &ids->uids, &ids->gids, &ids->helpers,
			      &apply, err) < 0 ||
	    idmap_apply_finish(&apply, err) < 0)
		return -err->code;
	result = kept_userns_announce(claim, child->pid);
	if (result == 0 && write(mapped, "", 1) != 1)
		result = -errno;
	if (result < 0)
		return error_set(err, -result, "announce the user namespace");
	return 0;
}

int keeper_run(unsigned int seconds, struct error *err)
{
	auto_with(ids_clear) struct ids ids = { 0 };
	struct process child = { 0, -1 };
	auto_free char *directory = NULL;
	int ends[2];

	if (runtime_directory(&directory, err) < 0)
		return -err->code;

	auto_close int claim = kept_userns_claim(directory);

	if (claim == -EWOULDBLOCK)
		return 0;
	if (claim < 0)
		return error_set(err, -claim, "lock %s/userns", directory);
	if (ids_map_same(true, &ids, err) < 0)
		return -err->code;
	if (chdir("/") < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno,
				 "prepare to keep a user namespace");

	auto_close int mapped = ends[0];
	auto_close int say = ends[1];

	child.pid = birth_clone(CLONE_NEWUSER, -1, &child.pidfd);
	if (child.pid < 0)
		return error_set(err, -child.pid, "make a user namespace");
	if (child.pid == 0) {
		close(say);
		keep(claim, mapped, seconds);
	}
	if (furnish(&child, &ids, claim, say, err) < 0) {
		process_clear(&child);
		return -err->code;
	}
	process_close(&child);
	return 0;
}
