// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: first everything is read and planned, which leaves no
 * trace. Then, in this order: the state directory, which takes the id; a copy
 * of config.json in it; state.json with the cgroup that will be; the cgroup;
 * the process. So whatever exists is written down before it does, and `delete
 * --force` can find it whenever we are killed. The process dies with us until
 * state.json says who it is.
 */
#include "runtime/create.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/timestamp.h"
#include "container/affinity.h"
#include "container/attend.h"
#include "container/handover.h"
#include "container/notify.h"
#include "container/seal.h"
#include "container/seccomp_cache.h"
#include "container/stand_in.h"
#include "container/start.h"
#include "container/unknown.h"
#include "plan/env.h"
#include "plan/make.h"
#include "runtime/journal.h"

/* What is said later of a container is said of its configuration at this
 * moment: the bundle's may change.
 */
static int copy_config(const struct creation *creation, struct error *err)
{
	const struct request *request = &creation->request;
	auto_close int fd = openat(
		creation->dir.fd, "config.json",
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result = fd < 0 ? -errno
			    : fd_write_all(fd, request->config,
					   request->config_size);

	if (result < 0)
		return error_set(err, -result, "write %s/config.json",
				 creation->dir.path);
	return 0;
}

static void copy_strings(const struct strv *from, struct strv *to)
{
	for (size_t i = 0; i < from->count; i++)
		strv_add(to, xstrdup(from->items[i]));
}

static void note_state(struct creation *creation, const char *id)
{
	const struct spec *spec = &creation->request.spec;
	struct state *state = &creation->state;

	state->id = xstrdup(id);
	state->bundle = xstrdup(creation->request.bundle);
	state->rootfs = xstrdup(spec->root.path ? spec->root.path : "");
	state->created = timestamp();
	state->owner = geteuid();
	state->has_process = spec->has_process;
	state->has_poststart = spec->hooks[HOOK_POSTSTART].count;
	state->has_poststop = spec->hooks[HOOK_POSTSTOP].count;
	copy_strings(&spec->annotations, &state->annotations);
	if (!creation->listener)
		return;
	state->listener_path = xstrdup(creation->listener);
	if (spec->seccomp.listener_metadata)
		state->listener_metadata =
			xstrdup(spec->seccomp.listener_metadata);
}

static bool is_read_only(const struct spec_mount *mount)
{
	for (size_t i = 0; i < mount->options.count; i++)
		if (!strcmp(mount->options.items[i], "ro") ||
		    !strcmp(mount->options.items[i], "rro"))
			return true;
	return false;
}

/* Does the container begin at its cgroup, and have it mounted to be written? */
static bool divides_its_cgroup(const struct spec *spec)
{
	const struct spec_namespace *own = &spec->namespaces[NS_CGROUP];

	for (size_t i = 0; i < spec->mount_count && own->wanted && !own->path;
	     i++) {
		const struct spec_mount *mount = &spec->mounts[i];

		if (mount->type && !strncmp(mount->type, "cgroup", 6) &&
		    !strcmp(mount->destination, "/sys/fs/cgroup"))
			return !is_read_only(mount);
	}
	return false;
}

/* An id of the container's, as we see it; @mine if we don't. */
static uint32_t id_outside(const struct spec *spec, const struct id_map *map,
			   uint32_t inside, uint32_t mine)
{
	uint32_t outside;

	if (!spec->namespaces[NS_USER].wanted)
		return inside;
	return id_map_outside(map, inside, &outside) < 0 ? mine : outside;
}

static void ask_for_cgroup(struct creation *creation)
{
	const struct spec *spec = &creation->request.spec;
	struct cgroup_request *request = &creation->cgroup_request;

	*request = (struct cgroup_request){
		.manager = creation->runtime->cgroup_manager,
		.id = creation->state.id,
		.home = creation->dir.path,
		.path = spec->cgroups_path,
		.resources = &spec->resources,
		.annotations = &spec->annotations,
		.required =
			creation->runtime->rootless == RUNTIME_ROOTLESS_FALSE,
		.in_userns =
			creation->runtime->rootless != RUNTIME_ROOTLESS_FALSE &&
			caller_is_rootless(),
		.user_manager = caller_is_rootless(),
		.owner_uid = id_outside(spec, &spec->uids,
					spec->process.user.uid, geteuid()),
		.owner_gid = id_outside(spec, &spec->gids,
					spec->process.user.gid, getegid()),
		.delegate = divides_its_cgroup(spec),
	};
}

static int check_terminal(const struct creation *creation, struct error *err)
{
	const struct spec_process *process = &creation->request.spec.process;
	bool has_socket = creation->settings->console_socket;

	if (process->terminal && !has_socket &&
	    creation->mode != CREATE_ATTENDED)
		return error_say(
			err, EINVAL,
			"cannot allocate tty if we will detach without setting console socket: give --console-socket, or set process.terminal to false");
	if (!process->terminal && has_socket)
		return error_say(
			err, EINVAL,
			"cannot use console socket if we will not allocate tty: process.terminal is false");
	return 0;
}

static int make_plan(struct creation *creation, const char *id,
		     struct error *err)
{
	struct plan *plan = &creation->plan;
	struct host host;

	creation->hooks = (struct hooks_setting){
		.spec = &creation->request.spec,
		.bundle = creation->request.bundle,
		.id = id,
	};
	host_read(&host);
	if (seccomp_cache_compile(
		    &creation->request.spec.seccomp,
		    creation->request.spec.process.capabilities.bounding,
		    &plan->seccomp, err) < 0)
		return error_wrap(err, "seccomp");
	if (plan_make(&creation->request.spec, &host, plan, err) < 0 ||
	    listener_find(&creation->request.spec.seccomp, &plan->seccomp,
			  &creation->listener, err) < 0)
		return -err->code;
	plan->preserve_fds = creation->settings->preserve_fds;
	plan_pass_sockets(plan, sockets_given());
	plan->wait = true;
	plan->keep_keyring = creation->settings->no_new_keyring;
	strv_addf(&plan->strings, "_ses.%s", id);
	plan->keyring = plan->strings.items[plan->strings.count - 1];
	plan->detach = creation->mode != CREATE_ATTENDED;
	plan->park = creation->mode == CREATE_PARKED;
	return hooks_plan(&creation->hooks, plan, err);
}

/* The descriptors that init holds while it waits for `start`. */
static int prepare_parking(struct creation *creation, struct error *err)
{
	struct plan *plan = &creation->plan;

	plan->created_lock = state_lock_until_exec(&creation->dir, err);
	if (plan->created_lock < 0)
		return plan->created_lock;
	plan->start_socket = -1;
	if (!plan->park)
		return 0;
	plan->start_socket = start_listen(&creation->dir, err);
	return plan->start_socket < 0 ? plan->start_socket : 0;
}

static int note_process(struct creation *creation,
			const struct running *running, struct error *err)
{
	struct state *state = &creation->state;
	int result;

	state->pid = running->init.pid;
	result = process_start_time(state->pid, &state->start_time);
	if (result < 0)
		return error_set(err, -result, "look at the container's init");
	return 0;
}

/* A hook may want to ask us about the container. */
static int run_hooks(void *argument, const struct running *running,
		     struct error *err)
{
	struct creation *creation = argument;

	if (note_process(creation, running, err) < 0 ||
	    state_write(&creation->dir, &creation->state, err) < 0)
		return -err->code;
	return hooks_run_creating(&creation->hooks, running->init.pid, err);
}

/* To the socket of --pidfd-socket, and to that of crun's annotation. */
static int send_pidfd(const struct creation *creation, int pidfd,
		      struct error *err)
{
	static const char name[] = "run.oci.pidfd_receiver=";
	const char *path = creation->settings->pidfd_socket;
	const char *found =
		strv_find_prefix(&creation->state.annotations, name);

	if (path && pidfd_send(path, pidfd, err) < 0)
		return -err->code;
	if (found && found[strlen(name)] &&
	    pidfd_send(found + strlen(name), pidfd, err) < 0)
		return error_wrap(err, "run.oci.pidfd_receiver");
	return 0;
}

/* All is made but the command: tell whoever asked for the process. */
static int ready(void *argument, const struct running *running,
		 struct error *err)
{
	struct creation *creation = argument;
	const struct create_settings *settings = creation->settings;
	struct state *state = &creation->state;
	const char *cpus =
		stand_in_cpus(&state->cgroup, &creation->request.spec);

	if (affinity_set(running->init.pid, cpus, err) < 0)
		return error_wrap(err, "linux.resources.cpu.cpus");
	if (note_process(creation, running, err) < 0 ||
	    cgroup_settle(&state->cgroup, &creation->cgroup_request,
			  running->init.pid, err) < 0)
		return -err->code;
	if (running->terminal >= 0 && settings->console_socket &&
	    console_send(settings->console_socket, running->terminal, err) < 0)
		return -err->code;
	if (send_pidfd(creation, running->init.pidfd, err) < 0)
		return -err->code;
	state->is_complete = true;
	if (state_write(&creation->dir, state, err) < 0)
		return -err->code;
	if (settings->pid_file &&
	    pid_file_write(settings->pid_file, state->pid, err) < 0)
		return -err->code;
	return 0;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int start_process(struct creation *creation, struct error *err)
{
	struct listener listener;
	struct launch how = {
		.kept_userns = -1,
		.plan = &creation->plan,
		.helpers = &creation->request.ids.helpers,
		.stdin_fd = -1,
		.cgroup = &creation->state.cgroup,
		.cgroup_request = &creation->cgroup_request,
		.listener = &listener,
		.hooks = run_hooks,
		.ready = ready,
		.argument = creation,
	};

	(void)state_listener(&creation->state, STATUS_CREATED, &listener);
	creation->is_launched = true;
	if (launch(&how, &creation->running, err) < 0)
		return -err->code;
	/* Its own copy lasts until the command runs; ours would say all the
	 * time we stay that it doesn't.
	 */
	close_fd(creation->plan.created_lock);
	creation->plan.created_lock = -1;
	return 0;
}

/* Whoever starts it makes the socket: now, unless that is `start`. */
static int prepare_notify(struct creation *creation, struct error *err)
{
	if (!notify_is_wanted())
		return 0;
	if (notify_make(&creation->dir, err) < 0)
		return -err->code;
	return creation->mode == CREATE_PARKED
		       ? 0
		       : notify_listen(&creation->dir, &creation->notify, err);
}

/* From the moment on that there is something to be undone. */
static int make(struct creation *creation, struct error *err)
{
	struct state *state = &creation->state;

	if (copy_config(creation, err) < 0 ||
	    prepare_parking(creation, err) < 0 ||
	    cgroup_plan(&creation->cgroup_request, &state->cgroup, err) < 0 ||
	    state_write(&creation->dir, state, err) < 0 ||
	    cgroup_make(&state->cgroup, &creation->cgroup_request, err) < 0 ||
	    prepare_notify(creation, err) < 0)
		return -err->code;
	stand_in_limit(&state->cgroup, &creation->request.spec);
	return start_process(creation, err);
}

int create_container(struct creation *creation, const char *id,
		     struct error *err)
{
	const struct create_settings *settings = creation->settings;
	auto_free char *root = NULL;

	creation->dir.fd = creation->notify = -1;
	creation->running = RUNNING_NONE;
	creation->plan.created_lock = creation->plan.start_socket = -1;
	if (state_check_id(id, err) < 0 || seal_own_program(err) < 0 ||
	    fd_reserve(settings->preserve_fds + sockets_given(), err) < 0)
		return -err->code;
	if (request_read(settings->bundle ? settings->bundle : ".",
			 settings->config, creation->runtime->strict,
			 &creation->request, err) < 0 ||
	    check_terminal(creation, err) < 0 ||
	    state_root_make(creation->runtime->root, &root, err) < 0)
		return -err->code;
	if (creation->mode == CREATE_ATTENDED && !settings->console_socket)
		attend_size(&creation->request.spec.process);
	if (notify_is_wanted())
		notify_add(&creation->request.spec, root, id);
	if (make_plan(creation, id, err) < 0)
		return -err->code;
	unknown_warn(&creation->request.spec.process);
	if (state_dir_make(root, id, &creation->dir, err) < 0)
		return -err->code;
	note_state(creation, id);
	ask_for_cgroup(creation);
	if (make(creation, err) < 0) {
		create_undo(creation);
		return -err->code;
	}
	journal_add(&creation->dir, "create", &creation->state);
	/* The child has a copy of the lock's descriptor: closing ours would
	 * not be enough.
	 */
	(void)flock(creation->dir.fd, LOCK_UN);
	return 0;
}

void create_undo(struct creation *creation)
{
	struct error err = { 0 };

	running_clear(&creation->running);
	if (cgroup_kill(&creation->state.cgroup, SIGKILL, &err) < 0 ||
	    cgroup_remove(&creation->state.cgroup, &err) < 0)
		log_failure(&err);
	if (creation->is_launched)
		hooks_run_poststop(&creation->hooks);
	if (state_dir_remove(&creation->dir, &err) < 0)
		log_failure(&err);
}

void creation_clear(struct creation *creation)
{
	running_release(&creation->running);
	close_fd(creation->plan.created_lock);
	close_fd(creation->plan.start_socket);
	close_fd(creation->notify);
	plan_clear(&creation->plan);
	request_clear(&creation->request);
	state_clear(&creation->state);
	state_dir_clear(&creation->dir);
}
