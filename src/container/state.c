// SPDX-License-Identifier: Apache-2.0
#include "container/state.h"

#include <fcntl.h>
#include <json.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "oci/spec_read.h"

#define STATE_FILE    "state.json"
#define STATE_NEW     "state.json.new"
#define STATE_MAX     (1U << 20)
#define CONFIG_FILE   "config.json"
#define CONFIG_MAX    (16U << 20)
#define STATE_VERSION 1

const char *status_word(enum status status)
{
	static const char *const words[STATUS_COUNT] = {
		[STATUS_CREATING] = "creating", [STATUS_CREATED] = "created",
		[STATUS_RUNNING] = "running",   [STATUS_PAUSED] = "paused",
		[STATUS_STOPPED] = "stopped",
	};

	return words[status];
}

void state_clear(struct state *state)
{
	free(state->id);
	free(state->bundle);
	free(state->rootfs);
	free(state->created);
	free(state->listener_path);
	free(state->listener_metadata);
	strv_clear(&state->annotations);
	cgroup_clear(&state->cgroup);
	*state = (struct state){ 0 };
}

bool state_listener(const struct state *state, enum status status,
		    struct listener *ret)
{
	*ret = (struct listener){
		.path = state->listener_path,
		.metadata = state->listener_metadata,
		.facts = {
			.id = state->id,
			.status = status_word(status),
			.bundle = state->bundle,
			.pid = state->pid,
			.annotations = &state->annotations,
		},
	};
	return ret->path;
}

static int read_annotation(const struct json_node *node, void *target,
			   struct error *err)
{
	const char *value;

	if (json_get_string(node, &value, err) < 0)
		return -err->code;
	strv_addf(target, "%s=%s", node->key, value);
	return 0;
}

static int read_pid(const struct json_node *node, void *target,
		    struct error *err)
{
	int64_t pid;

	if (json_get_integer(node, 0, INT32_MAX, &pid, err) < 0)
		return -err->code;
	*(pid_t *)target = (pid_t)pid;
	return 0;
}

/* Another holt's directory is not guessed at. */
static int read_version(const struct json_node *node, void *target,
			struct error *err)
{
	uint64_t version;

	(void)target;
	if (json_get_u64(node, UINT64_MAX, &version, err) < 0)
		return -err->code;
	if (version == STATE_VERSION)
		return 0;
	return json_fail(err, node, EINVAL,
			 "written by another version of holt-runtime");
}

#define REQUIRED(name, member) \
	{ \
		.key = (name), JSON_MEMBER(struct state, member), \
		.required = true \
	}

static const struct json_row state_rows[] = {
	{ .key = "version",
	  .kind = JSON_READ,
	  .read = read_version,
	  .required = true },
	REQUIRED("id", id),
	REQUIRED("bundle", bundle),
	REQUIRED("rootfs", rootfs),
	REQUIRED("created", created),
	REQUIRED("owner", owner),
	{ .key = "pid",
	  .kind = JSON_READ,
	  .read = read_pid,
	  .offset = offsetof(struct state, pid) },
	{ .key = "startTime", JSON_MEMBER(struct state, start_time) },
	{ .key = "complete", JSON_MEMBER(struct state, is_complete) },
	{ .key = "process", JSON_MEMBER(struct state, has_process) },
	{ .key = "poststart", JSON_MEMBER(struct state, has_poststart) },
	{ .key = "poststop", JSON_MEMBER(struct state, has_poststop) },
	{ .key = "ended", JSON_MEMBER(struct state, is_ended) },
	{ .key = "halted", JSON_MEMBER(struct state, is_halted) },
	{ .key = "annotations",
	  .kind = JSON_ENTRIES,
	  .read = read_annotation,
	  .offset = offsetof(struct state, annotations) },
	{ .key = "listenerPath", JSON_MEMBER(struct state, listener_path) },
	{ .key = "listenerMetadata",
	  JSON_MEMBER(struct state, listener_metadata) },
	{ .key = "cgroup",
	  .kind = JSON_READ,
	  .read = cgroup_read_json,
	  .offset = offsetof(struct state, cgroup) },
	{ 0 },
};

int state_read(const struct state_dir *dir, struct state *ret,
	       struct error *err)
{
	auto_close int fd =
		openat(dir->fd, STATE_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_json struct json_object *document = NULL;
	auto_free char *text = NULL;
	size_t size;

	if (fd < 0)
		return error_set(err, errno, "open %s/" STATE_FILE, dir->path);
	if (fd_read_text(fd, STATE_MAX, &text, &size, err) < 0 ||
	    json_parse(text, size, &document, err) < 0)
		return error_wrap(err, "%s/" STATE_FILE, dir->path);

	struct json_node root = { .value = document };

	if (json_read_object(&root, state_rows, ret, err) < 0)
		return error_wrap(err, "%s/" STATE_FILE, dir->path);
	return 0;
}

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

static void put_text(struct json_object *object, const char *key,
		     const char *text)
{
	if (text)
		put(object, key, json_object_new_string(text));
}

static struct json_object *annotations_to_json(const struct strv *list)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < list->count; i++) {
		const char *equals = strchr(list->items[i], '=');
		auto_free char *key = xstrndup(
			list->items[i], (size_t)(equals - list->items[i]));

		put(object, key, json_object_new_string(equals + 1));
	}
	return object;
}

static struct json_object *to_json(const struct state *state)
{
	struct json_object *object = json_object_new_object();

	put(object, "version", json_object_new_int(STATE_VERSION));
	put(object, "id", json_object_new_string(state->id));
	put(object, "bundle", json_object_new_string(state->bundle));
	put(object, "rootfs", json_object_new_string(state->rootfs));
	put(object, "created", json_object_new_string(state->created));
	put(object, "owner", json_object_new_int64(state->owner));
	put(object, "pid", json_object_new_int64(state->pid));
	put(object, "startTime", json_object_new_uint64(state->start_time));
	put(object, "complete", json_object_new_boolean(state->is_complete));
	put(object, "process", json_object_new_boolean(state->has_process));
	put(object, "poststart", json_object_new_boolean(state->has_poststart));
	put(object, "poststop", json_object_new_boolean(state->has_poststop));
	put(object, "ended", json_object_new_boolean(state->is_ended));
	put(object, "halted", json_object_new_boolean(state->is_halted));
	put(object, "annotations", annotations_to_json(&state->annotations));
	put_text(object, "listenerPath", state->listener_path);
	put_text(object, "listenerMetadata", state->listener_metadata);
	put(object, "cgroup", cgroup_to_json(&state->cgroup));
	return object;
}

/* No fsync(2): what is written here is of this boot only, and a directory on
 * tmpfs is as durable as that gets.
 */
int state_write(const struct state_dir *dir, const struct state *state,
		struct error *err)
{
	auto_json struct json_object *document = to_json(state);
	const char *text = json_object_to_json_string_ext(
		document, JSON_C_TO_STRING_PLAIN);
	auto_close int fd = openat(
		dir->fd, STATE_NEW,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	if (result == 0 &&
	    renameat(dir->fd, STATE_NEW, dir->fd, STATE_FILE) < 0)
		result = -errno;
	if (result < 0)
		return error_set(err, -result, "write %s/" STATE_FILE,
				 dir->path);
	return 0;
}

int state_read_spec(const struct state_dir *dir, const struct state *state,
		    struct spec *ret, struct error *err)
{
	auto_close int fd =
		openat(dir->fd, CONFIG_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free char *text = NULL;

	if (fd < 0)
		return error_set(err, errno, "open %s/" CONFIG_FILE, dir->path);
	if (fd_read_text(fd, CONFIG_MAX, &text, NULL, err) < 0 ||
	    spec_read_text(text, state->bundle, ret, err) < 0)
		return error_wrap(err, "%s/" CONFIG_FILE, dir->path);
	return 0;
}

int state_open(const char *root, const char *id, bool lock,
	       struct state_dir *ret_dir, struct state *ret, struct error *err)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	int result;

	if (state_dir_open(root, id, lock, &dir, err) < 0)
		return -err->code;
	result = state_read(&dir, ret, err);
	if (result == -ENOENT)
		return error_say(
			err, ENOENT,
			"container `%s` is incomplete: it is being created, or that was interrupted; 'delete --force %s' removes it",
			id, id);
	if (result < 0)
		return result;
	*ret_dir = dir;
	dir = (struct state_dir){ .fd = -1 };
	return 0;
}

int state_process(const struct state *state, struct process *ret,
		  struct error *err)
{
	if (state->pid == 0) {
		*ret = (struct process){ 0, -1 };
		return 0;
	}
	return process_open(state->pid, state->start_time, ret, err);
}

/* Does somebody else hold a lock on this file of the directory? */
static bool is_locked(const struct state_dir *dir, const char *name)
{
	auto_close int fd =
		openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 &&
	       errno == EWOULDBLOCK;
}

enum status state_status(const struct state_dir *dir, const struct state *state)
{
	struct process init = { 0, -1 };
	struct error ignored;
	bool is_there =
		state_process(state, &init, &ignored) == 0 && init.pidfd >= 0;

	process_close(&init);
	/* With the lock in our hand nobody can be creating it. */
	if (!state->is_complete && !dir->is_locked &&
	    (is_there || is_locked(dir, ".")))
		return STATUS_CREATING;
	if (!is_there)
		return STATUS_STOPPED;
	if (cgroup_is_frozen(&state->cgroup) > 0 ||
	    (state->is_halted && process_is_stopped(state->pid)))
		return STATUS_PAUSED;
	return is_locked(dir, CONFIG_FILE) ? STATUS_CREATED : STATUS_RUNNING;
}

int state_lock_until_exec(const struct state_dir *dir, struct error *err)
{
	auto_close int fd =
		openat(dir->fd, CONFIG_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, errno, "lock %s/" CONFIG_FILE, dir->path);
	return steal_fd(&fd);
}
