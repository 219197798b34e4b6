// SPDX-License-Identifier: Apache-2.0
#include "image/job.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"

enum { FIRST_FD = 3 };

/* A running job. For job_clear(). */
struct job {
	struct process process;
	int reports; /* read end */
	char *line;  /* what has come of the next report */
	size_t used, room;
	bool done;
};

must_check static int spawn(const struct job_order *order, int request,
			    int reports, struct process *ret, struct error *err)
{
	const struct job_place *place = order->place;
	auto_free char *path = NULL;
	auto_free char *word = xstrdup(order->name);
	char *argv[] = { (char[]){ "holt-image" }, word, NULL };
	int fds[FIRST_FD + JOB_FDS_MAX] = { request, reports, STDERR_FILENO };
	struct process_files files = { fds, FIRST_FD + order->fd_count };

	for (size_t i = 0; i < order->fd_count; i++)
		fds[FIRST_FD + i] = order->fds[i];
	if (program_find_own("holt-image", &path, err) < 0)
		return -err->code;
	if (place && place->userns >= 0)
		return process_spawn_in(place->userns, path, argv, &files, ret,
					err);
	return process_spawn(path, argv, fds, files.count, ret, err);
}

/* A file without a name: it may be longer than what a pipe holds. */
must_check static int write_request(struct json_object *request,
				    struct error *err)
{
	const char *text =
		json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN);
	auto_close int fd = memfd_create("request", MFD_CLOEXEC);
	int result;

	if (fd < 0)
		return error_set(err, errno, "make a request");
	result = fd_write_all(fd, text, strlen(text));
	if (result < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return error_set(err, result < 0 ? -result : errno,
				 "write a request");
	return steal_fd(&fd);
}

/* It is killed when the thread that started it ends. */
must_check static int job_start(const struct job_order *order, struct job *ret,
				struct error *err)
{
	struct job job = { .process = { 0, -1 } };
	auto_close int from = write_request(order->request, err);
	int ends[2];

	if (from < 0)
		return -err->code;
	if (order->fd_count > JOB_FDS_MAX)
		return error_set(err, EINVAL, "start holt-image %s",
				 order->name);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int read_end = ends[0];
	auto_close int write_end = ends[1];

	if (spawn(order, from, write_end, &job.process, err) < 0)
		return -err->code;
	job.reports = steal_fd(&read_end);
	*ret = job;
	return 0;
}

static bool job_has_line(const struct job *job)
{
	return memchr(job->line ? job->line : "", '\n', job->used) != NULL;
}

/* Return: 1 for a line, 0 at the end, negative errno */
must_check static int fill_line(struct job *job, struct error *err)
{
	while (!job_has_line(job)) {
		ssize_t count;

		if (job->used == JOB_REPORT_MAX)
			return error_say(
				err, EMSGSIZE,
				"holt-image sends a report that doesn't end");
		if (job->used == job->room) {
			job->room = job->room ? 2 * job->room : 1024;
			job->line = xrealloc_array(job->line, job->room, 1);
		}
		count = read(job->reports, job->line + job->used,
			     job->room - job->used);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set(err, errno, "read from holt-image");
		if (count == 0)
			return 0;
		job->used += (size_t)count;
	}
	return 1;
}

struct told {
	int code;
	bool complete;
	char *text;
};

/* "blob", "layer" and so on; borrowed. */
static const char *kind_of(const struct json_node *report)
{
	struct json_object *kind = NULL;

	if (!json_object_object_get_ex(report->value, "report", &kind))
		return "";
	return json_object_get_string(kind);
}

/* What it failed with becomes our failure. */
must_check static int take_error(const struct json_node *report,
				 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "code", JSON_MEMBER(struct told, code) },
		{ .key = "complete", JSON_MEMBER(struct told, complete) },
		{ .key = "text", JSON_MEMBER(struct told, text) },
		{ 0 },
	};
	struct told told = { 0 };

	if (json_read_object(report, rows, &told, err) < 0)
		return error_wrap(err, "read from holt-image");
	if (told.code <= 0)
		told.code = EIO;
	if (told.complete)
		error_say(err, told.code, "%s", told.text ? told.text : "");
	else
		error_set(err, told.code, "%s", told.text ? told.text : "");
	free(told.text);
	return -err->code;
}

/* The next report, NULL at the end. Return: 0; -EPIPE: it ended without a word,
 * as when it was killed; other negative errno, also what it failed with
 */
must_check static int job_next(struct job *job, struct json_object **ret,
			       struct error *err)
{
	auto_json struct json_object *report = NULL;
	struct json_node node = { 0 };
	int filled = fill_line(job, err);
	char *end = NULL;

	if (filled < 0)
		return filled;
	if (filled == 0 && !job->done)
		return error_say(err, EPIPE,
				 "holt-image has ended before its time");
	*ret = NULL;
	if (filled == 0 || !job->line)
		return 0;
	end = memchr(job->line, '\n', job->used);
	if (!end)
		return error_say(err, EPROTO, "holt-image sends no line");
	*end = '\0';

	int result =
		json_parse(job->line, (size_t)(end - job->line), &report, err);

	job->used -= (size_t)(end + 1 - job->line);
	memmove(job->line, end + 1, job->used);
	node.value = report;
	if (result < 0 || json_expect_object(&node, err) < 0)
		return error_wrap(err, "read from holt-image");

	const char *kind = kind_of(&node);

	if (strcmp(kind, "error") == 0) {
		return take_error(&node, err);
	}
	if (strcmp(kind, "done") == 0) {
		job->done = true;
		return 0;
	}
	*ret = steal_ptr(&report);
	return 0;
}

static void job_clear(struct job *job)
{
	if (job->reports > 0)
		close(job->reports);
	/* One that is done ends by itself. */
	if (job->done && job->process.pidfd >= 0)
		(void)process_wait(&job->process);
	process_clear(&job->process);
	free(job->line);
	*job = (struct job){ .process = { 0, -1 } };
}

/* Warnings are for people, whoever listens to the rest. */
must_check static int hear(const struct json_node *node, job_report_fn *heard,
			   void *argument, struct error *err)
{
	const char *kind = kind_of(node);
	struct json_object *text = NULL;

	if (strcmp(kind, "warning") != 0)
		return heard ? heard(kind, node, argument, err) : 0;
	if (json_object_object_get_ex(node->value, "text", &text))
		log_warning("%s", json_object_get_string(text));
	return 0;
}

int job_run(const struct job_order *order, job_report_fn *heard, void *argument,
	    struct error *err)
{
	auto_with(job_clear) struct job job = { .process = { 0, -1 } };

	if (job_start(order, &job, err) < 0)
		return -err->code;
	for (;;) {
		auto_json struct json_object *report = NULL;

		if (job_next(&job, &report, err) < 0)
			return -err->code;
		if (!report)
			return 0;

		struct json_node node = { .value = report };

		if (hear(&node, heard, argument, err) < 0)
			return -err->code;
	}
}
