// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal.h"

#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/timestamp.h"

enum { JOURNAL_MAX = 1 << 20 };

static void put(struct json_object *line, const char *key, const char *value)
{
	(void)json_object_object_add(line, key, json_object_new_string(value));
}

/* @status: -1: that is left out */
static char *format(const char *event, const struct state *state, pid_t pid,
		    int status)
{
	auto_json struct json_object *line = json_object_new_object();
	auto_free char *now = timestamp();

	put(line, "type", event);
	put(line, "id", state->id);
	put(line, "time", now);
	(void)json_object_object_add(line, "pid", json_object_new_int64(pid));
	if (status >= 0)
		(void)json_object_object_add(line, "status",
					     json_object_new_int(status));
	return xasprintf("%s\n", json_object_to_json_string_ext(
					 line, JSON_C_TO_STRING_PLAIN));
}

/* Full: the next line begins a new file. Two that come here at once both rename
 * what is there, and the older half is lost sooner.
 */
static void make_room(const char *root, const char *path, int fd)
{
	auto_free char *old = xasprintf("%s/" JOURNAL_OLD_FILE, root);
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size > JOURNAL_MAX)
		(void)rename(path, old);
}

static void add_line(const struct state_dir *dir, const char *line)
{
	const char *slash = strrchr(dir->path, '/');
	auto_free char *root = xstrndup(dir->path, (size_t)(slash - dir->path));
	auto_free char *path = xasprintf("%s/" JOURNAL_FILE, root);
	auto_close int fd = open(
		path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
		0600);

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		log_warning("%s: %s", path, strerror(errno));
	else
		make_room(root, path, fd);
}

void journal_add(const struct state_dir *dir, const char *event,
		 const struct state *state)
{
	auto_free char *line = format(event, state, state->pid, -1);

	add_line(dir, line);
}

void journal_add_exec(const struct state_dir *dir, const struct state *state,
		      pid_t pid)
{
	auto_free char *line = format("exec", state, pid, -1);

	add_line(dir, line);
}

void journal_add_exit(const struct state_dir *dir, struct state *state,
		      int status)
{
	auto_free char *line = format("exit", state, state->pid, status);

	if (!state->is_ended && state->pid)
		add_line(dir, line);
	state->is_ended = true;
}
