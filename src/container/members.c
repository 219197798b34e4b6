// SPDX-License-Identifier: Apache-2.0
#include "container/members.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/parse.h"

/* A process in an uninterruptible wait takes no signal until that is over. */
enum { HALT_PAUSE_MS = 1, HALT_TRIES = 10000 };

struct list_of_pids {
	pid_t *items;
	size_t count;
};

static void add(struct list_of_pids *list, pid_t pid)
{
	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	list->items[list->count++] = pid;
}

/* The number of a process's PID namespace, 0 if it is gone. */
static ino_t namespace_of(const char *pid)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/ns/pid", pid);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static int compare(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int walk_namespace(ino_t wanted, struct list_of_pids *ret,
			  struct error *err)
{
	auto_closedir DIR *proc = opendir("/proc");
	const struct dirent *entry;
	uint64_t pid;

	if (!proc)
		return error_set(err, errno, "open /proc");
	while ((entry = readdir(proc)))
		if (parse_number(entry->d_name, INT32_MAX, &pid) == 0 &&
		    namespace_of(entry->d_name) == wanted)
			add(ret, (pid_t)pid);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare);
	return 0;
}

bool members_wait_for_reaper(const struct process *init)
{
	struct list_of_pids list = { 0 };
	struct error ignored;
	uint64_t start_time;
	char pid[16];
	bool all = true;
	ino_t wanted;

	(void)snprintf(pid, sizeof(pid), "%d", init->pid);
	wanted = namespace_of(pid);
	if (process_start_time(init->pid, &start_time) != -ESRCH || !wanted ||
	    wanted == namespace_of("self"))
		return false;
	if (walk_namespace(wanted, &list, &ignored) < 0)
		all = false;
	for (size_t i = 0; i < list.count; i++)
		all = all && (list.items[i] == init->pid ||
			      process_is_zombie(list.items[i]));
	free(list.items);
	return all;
}

int members_list(const struct state *state, pid_t **ret, size_t *ret_count,
		 struct error *err)
{
	struct list_of_pids list = { 0 };
	auto_with(process_close) struct process init = { 0, -1 };
	char pid[16];
	ino_t wanted;

	if (cgroup_is_there(&state->cgroup))
		return cgroup_pids(&state->cgroup, ret, ret_count, err);
	if (state_process(state, &init, err) < 0)
		return -err->code;
	if (init.pidfd < 0) {
		*ret = NULL;
		*ret_count = 0;
		return 0;
	}
	(void)snprintf(pid, sizeof(pid), "%d", init.pid);
	wanted = namespace_of(pid);
	if (!wanted || wanted == namespace_of("self"))
		return error_say(
			err, EOPNOTSUPP,
			"the container has neither a cgroup nor a PID namespace of its own: which processes are its can't be told");
	if (walk_namespace(wanted, &list, err) < 0) {
		free(list.items);
		return -err->code;
	}
	*ret = list.items;
	*ret_count = list.count;
	return 0;
}

/* By a pidfd, looked at again: the number could be another's by now. */
static int signal_member(pid_t pid, int signal, struct error *err)
{
	struct process process = { pid, -1 };
	uint64_t start_time;
	int result = process_start_time(pid, &start_time);

	if (result == -ESRCH)
		return 0;
	if (result < 0)
		return error_set(err, -result, "look at process %d", pid);
	if (process_open(pid, start_time, &process, err) < 0)
		return -err->code;
	result = process_kill(&process, signal);
	process_close(&process);
	if (result < 0 && result != -ESRCH)
		return error_set(err, -result, "signal process %d", pid);
	return 0;
}

int members_signal(const struct state *state, int signal, struct error *err)
{
	auto_free pid_t *pids = NULL;
	size_t count = 0;

	if (members_list(state, &pids, &count, err) < 0)
		return -err->code;
	for (size_t i = 0; i < count; i++)
		if (signal_member(pids[i], signal, err) < 0)
			return -err->code;
	return 0;
}

/* Return: how many are not stopped yet, negative errno */
static int halt_once(const struct state *state, struct error *err)
{
	auto_free pid_t *pids = NULL;
	size_t count = 0;
	int running = 0;

	if (members_list(state, &pids, &count, err) < 0)
		return -err->code;
	for (size_t i = 0; i < count; i++) {
		if (process_is_stopped(pids[i]))
			continue;
		if (signal_member(pids[i], SIGSTOP, err) < 0)
			return -err->code;
		running++;
	}
	return running;
}

int members_halt(const struct state *state, struct error *err)
{
	struct error ignored;
	int running = 1;

	for (int i = 0; running > 0 && i < HALT_TRIES; i++) {
		running = halt_once(state, err);
		if (running > 0)
			(void)poll(NULL, 0, HALT_PAUSE_MS);
	}
	if (running == 0)
		return 0;
	(void)!members_signal(state, SIGCONT, &ignored);
	if (running < 0)
		return running;
	return error_say(err, ETIMEDOUT, "%d processes don't stop", running);
}
