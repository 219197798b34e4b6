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

static char *format(const char *event, const struct state *state)
{
	auto_json struct json_object *line = json_object_new_object();
	auto_free char *now = timestamp();

	put(line, "type", event);
	put(line, "id", state->id);
	put(line, "time", now);
	(void)json_object_object_add(line, "pid",
				     json_object_new_int64(state->pid));
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

void journal_add(const char *root, const char *event, const struct state *state)
{
	auto_free char *path = xasprintf("%s/" JOURNAL_FILE, root);
	auto_free char *line = format(event, state);
	auto_close int fd = open(
		path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
		0600);

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		log_warning("%s: %s", path, strerror(errno));
	else
		make_room(root, path, fd);
}
