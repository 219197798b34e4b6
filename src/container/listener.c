// SPDX-License-Identifier: Apache-2.0
#include "container/listener.h"

#include <json.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "container/handover.h"
#include "container/stage.h"

bool listener_is_needed(const struct seccomp_program *program)
{
	return program->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

/* Now, when nothing has been made yet; whether somebody listens there is seen
 * when he is needed.
 */
static int check_socket(const char *path, struct error *err)
{
	struct stat st;

	if (*path != '/')
		return error_say(
			err, EINVAL,
			"seccomp: the listener's socket %s is no absolute path",
			path);
	if (stat(path, &st) < 0)
		return error_set(err, errno,
				 "seccomp: the listener's socket %s", path);
	if (!S_ISSOCK(st.st_mode))
		return error_say(err, ENOTSOCK,
				 "seccomp: the listener's socket %s is none",
				 path);
	return 0;
}

int listener_find(const struct seccomp_profile *profile,
		  const struct seccomp_program *program, const char **ret,
		  struct error *err)
{
	const char *path = profile->listener_path;

	*ret = NULL;
	if (!listener_is_needed(program))
		return 0;
	if (!path)
		path = getenv("RUN_OCI_SECCOMP_RECEIVER");
	if (!path || !*path)
		return error_say(
			err, EINVAL,
			"seccomp: SCMP_ACT_NOTIFY needs somebody to notify: set listenerPath");
	if (check_socket(path, err) < 0)
		return -err->code;
	*ret = path;
	return 0;
}

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

/* {"ociVersion":"1.3.0","fds":["seccompFd"],"pid":1,"metadata":"","state":{}}
 */
static char *describe(const struct listener *listener, pid_t pid)
{
	auto_json struct json_object *object = json_object_new_object();
	struct state_facts facts = listener->facts;
	struct json_object *fds = json_object_new_array();

	(void)json_object_array_add(fds, json_object_new_string("seccompFd"));
	put(object, "ociVersion", json_object_new_string("1.3.0"));
	put(object, "fds", fds);
	put(object, "pid", json_object_new_int64(pid));
	if (listener->metadata)
		put(object, "metadata",
		    json_object_new_string(listener->metadata));
	if (!facts.pid)
		facts.pid = pid;
	put(object, "state", state_to_json(&facts));
	return xstrdup(json_object_to_json_string_ext(
		object,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

int listener_hand_over(const struct listener *listener, int sync, int interrupt,
		       pid_t pid, struct error *err)
{
	auto_free char *text = describe(listener, pid);
	auto_close int fd = -1;
	int result;

	if (stage_wait_long(sync, interrupt, STAGE_LISTENER, &fd, err) < 0)
		return -err->code;
	if (fd < 0 || !listener->path)
		return error_say(
			err, EPROTO,
			"there is nobody to be given the filter's listener");
	if (handover_send(listener->path, fd, text, err) < 0)
		return error_wrap(err, "seccomp listener");
	result = sync_send(sync, STAGE_LISTENED, -1);
	if (result < 0)
		return error_set(err, -result, "talk to the container's init");
	return 0;
}
