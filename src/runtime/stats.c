// SPDX-License-Identifier: Apache-2.0
#include "runtime/stats.h"

#include <json.h>
#include <poll.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cgroup/oom.h"
#include "runtime/usage.h"

enum stats_fd { FD_TIMER, FD_END, FD_OOM, FD_COUNT };

/* @data: owned from then on; NULL: none */
static void print_line(const char *type, const char *id,
		       struct json_object *data)
{
	auto_json struct json_object *line = json_object_new_object();

	(void)json_object_object_add(line, "type",
				     json_object_new_string(type));
	(void)json_object_object_add(line, "id", json_object_new_string(id));
	if (data)
		(void)json_object_object_add(line, "data", data);
	(void)puts(
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	(void)fflush(stdout);
}

static int print_usage(const struct state *state, struct error *err)
{
	struct json_object *data;

	if (usage_read(state, &data, err) < 0)
		return -err->code;
	print_line("stats", state->id, data);
	return 0;
}

static int open_running(const char *root, const char *id, struct state_dir *dir,
			struct state *state, struct error *err)
{
	if (state_open(root, id, false, dir, state, err) < 0)
		return -err->code;
	if (state_status(dir, state) == STATUS_STOPPED)
		return error_say(err, ESRCH,
				 "container with id %s is not running", id);
	return 0;
}

int stats_print(const char *root, const char *id, struct error *err)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };

	if (open_running(root, id, &dir, &state, err) < 0)
		return -err->code;
	return print_usage(&state, err);
}

static int open_timer(int64_t interval_ns, struct error *err)
{
	const struct timespec interval = {
		.tv_sec = interval_ns / 1000000000,
		.tv_nsec = interval_ns % 1000000000,
	};
	const struct itimerspec spec = { interval, interval };
	auto_close int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	if (fd < 0 || timerfd_settime(fd, 0, &spec, NULL) < 0)
		return error_set(err, errno, "events: set a timer");
	return steal_fd(&fd);
}

/* Return: does it go on? Negative errno */
static int next(const struct state *state, struct pollfd *fds,
		struct cgroup_oom *oom, struct error *err)
{
	uint64_t times;

	if (poll(fds, FD_COUNT, -1) < 0)
		return errno == EINTR
			       ? 1
			       : error_set(err, errno, "events: wait for news");
	if (fds[FD_OOM].revents && cgroup_oom_happened(oom))
		print_line("oom", state->id, NULL);
	if (fds[FD_END].revents)
		return 0;
	if (fds[FD_TIMER].revents &&
	    read(fds[FD_TIMER].fd, &times, sizeof(times)) > 0 &&
	    print_usage(state, err) < 0)
		return -err->code;
	return ferror(stdout) ? 0 : 1;
}

static int stream(const struct state *state, int end, int timer,
		  struct error *err)
{
	auto_with(cgroup_oom_clear) struct cgroup_oom oom = { .fd = -1 };
	struct pollfd fds[FD_COUNT];
	int result = 1;

	cgroup_oom_watch(&state->cgroup, &oom);
	fds[FD_TIMER] = (struct pollfd){ timer, POLLIN, 0 };
	fds[FD_END] = (struct pollfd){ end, POLLIN, 0 };
	fds[FD_OOM] = (struct pollfd){ oom.fd, oom.events, 0 };
	if (print_usage(state, err) < 0)
		return -err->code;
	while (result > 0)
		result = next(state, fds, &oom, err);
	return result;
}

int stats_stream(const char *root, const char *id, int64_t interval_ns,
		 struct error *err)
{
	auto_with(process_close) struct process init = { 0, -1 };
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_close int timer = open_timer(interval_ns, err);
	int result;

	if (timer < 0 || open_running(root, id, &dir, &state, err) < 0 ||
	    state_process(&state, &init, err) < 0)
		return -err->code;
	if (init.pidfd < 0)
		return 0;
	result = stream(&state, init.pidfd, timer, err);
	/* It may have taken its figures with it. */
	return result < 0 && process_kill(&init, 0) == -ESRCH ? 0 : result;
}
