// SPDX-License-Identifier: Apache-2.0
/* What is kept of a container between two calls of holt-runtime: a directory
 * ROOT/ID, private to its owner, with
 *
 *   config.json  a copy of the bundle's, made at create; init holds a lock on
 *                it until it executes the command
 *   state.json   struct state, always replaced by rename
 *   start        a socket where init waits for `start`
 *   notify       a directory that the container sees, where it says READY=1
 *
 * Theory of operation: nothing that the kernel knows is written down. Whether a
 * container runs is asked of the process (its number, with the time it was
 * started, so that another process with the same number is never taken for
 * it); whether it still waits for `start` of the lock, which execve(2) and
 * death both release; whether it is paused of its cgroup, or of a process that
 * was stopped. So no kill at any instant can leave a state.json that says
 * something false.
 *
 * The directory itself is locked (flock(2)) while an operation changes it.
 */
#ifndef CONTAINER_STATE_H
#define CONTAINER_STATE_H

#include <stdint.h>

#include "base/alloc.h"
#include "base/proc.h"
#include "cgroup/cgroup.h"
#include "container/listener.h"

/* In the words of runtime.md ("State"), and "paused" as all runtimes have it.
 */
enum status {
	STATUS_CREATING,
	STATUS_CREATED,
	STATUS_RUNNING,
	STATUS_PAUSED,
	STATUS_STOPPED,
	STATUS_COUNT
};

/** status_word() - "creating", "created", ... */
const char *status_word(enum status status);

struct state {
	char *id;
	char *bundle;  /* absolute */
	char *rootfs;  /* absolute */
	char *created; /* RFC 3339 with nanoseconds, UTC */
	uid_t owner;
	pid_t pid;           /* of init; 0: none yet */
	uint64_t start_time; /* of init, as process_start_time() has it */
	bool is_complete;    /* create has come to its end */
	bool has_process;    /* there is a command to be started */
	bool has_poststart, has_poststop; /* there are such hooks */
	bool is_ended;                    /* its end has been told of */
	bool is_halted; /* every process got SIGSTOP, and perhaps SIGCONT since
			 */
	struct strv annotations;
	/* Of its filter, if that has one; NULL: none. */
	char *listener_path, *listener_metadata;
	struct cgroup cgroup;
};

void state_clear(struct state *state);

/** state_listener() - Of the container's filter. Return: is there one? */
bool state_listener(const struct state *state, enum status status,
		    struct listener *ret);

/* A container's directory, opened; locked if that was asked for. */
struct state_dir {
	int fd;     /* -1: none */
	char *path; /* owned */
	bool is_locked;
};

/** state_dir_clear() - Close, and with that unlock. */
void state_dir_clear(struct state_dir *dir);

/**
 * state_root() - The directory that holds those of the containers
 * @option:	--root, or NULL for the usual place: "runtime" below
 *		runtime_directory()
 * @ret:	Absolute; owned by the caller. It need not be there: then there
 *		are no containers
 * @err:	EPERM: it is there, but others may write to it
 *
 * Return: 0, negative errno
 */
must_check int state_root(const char *option, char **ret, struct error *err);

/** state_root_make() - The same, made if it is missing, mode 0700. */
must_check int state_root_make(const char *option, char **ret,
			       struct error *err);

/**
 * state_check_id() - Can this be an id? [A-Za-z0-9_+-][A-Za-z0-9_+.-]*
 *
 * Return: 0, -EINVAL
 */
must_check int state_check_id(const char *id, struct error *err);

/**
 * state_dir_make() - Take an id
 * @ret:	Locked
 * @err:	EEXIST: "container with given ID already exists: ID"
 *
 * Return: 0, negative errno
 */
must_check int state_dir_make(const char *root, const char *id,
			      struct state_dir *ret, struct error *err);

/**
 * state_dir_open() - Find a container
 * @lock:	Wait until no other operation changes it, and keep others from
 * it
 * @ret:	Untouched on failure
 * @err:	ENOENT: "container `ID` does not exist"
 *
 * Return: 0, negative errno
 */
must_check int state_dir_open(const char *root, const char *id, bool lock,
			      struct state_dir *ret, struct error *err);

/**
 * state_dir_remove() - Remove the directory and what is in it
 *
 * state.json goes last, so that whoever finds what a killed process left can
 * begin again.
 *
 * Return: 0, negative errno
 */
must_check int state_dir_remove(const struct state_dir *dir, struct error *err);

/** state_list() - The ids below @root, sorted; none if it isn't there. */
must_check int state_list(const char *root, struct strv *ret,
			  struct error *err);

/**
 * state_read() - Read state.json
 * @ret:	Empty; for state_clear(), also after a failure
 * @err:	ENOENT: create was killed before there was one
 *
 * Return: 0, negative errno
 */
must_check int state_read(const struct state_dir *dir, struct state *ret,
			  struct error *err);

/** state_write() - Replace state.json. Return: 0, negative errno */
must_check int state_write(const struct state_dir *dir,
			   const struct state *state, struct error *err);

/**
 * state_read_spec() - What the container was made of, by its copy of
 * config.json
 * @ret:	Empty; for spec_clear(), also after a failure
 *
 * Return: 0, negative errno
 */
must_check int state_read_spec(const struct state_dir *dir,
			       const struct state *state, struct spec *ret,
			       struct error *err);

/**
 * state_open() - state_dir_open() and state_read() in one
 * @err:	Also for a directory without state.json: ENOENT
 *
 * Return: 0, negative errno
 */
must_check int state_open(const char *root, const char *id, bool lock,
			  struct state_dir *ret_dir, struct state *ret,
			  struct error *err);

/**
 * state_process() - The container's init
 * @ret:	For process_close(), never for process_clear(), which kills;
 *		.pidfd is -1 if it has ended or is about to
 *
 * Return: 0, negative errno
 */
must_check int state_process(const struct state *state, struct process *ret,
			     struct error *err);

/** state_status() - How the container is, asked of the kernel. */
enum status state_status(const struct state_dir *dir,
			 const struct state *state);

/**
 * state_lock_until_exec() - The lock that says "not started yet"
 * @err:	The copy of config.json is missing
 *
 * The lock lasts until the last copy of the descriptor is closed.
 *
 * Return: a close-on-exec descriptor to be held by init, negative errno
 */
must_check int state_lock_until_exec(const struct state_dir *dir,
				     struct error *err);

#endif
