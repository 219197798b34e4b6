// SPDX-License-Identifier: Apache-2.0
/* holt run: make a container and run a command in it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "cgroup/cgroup.h"
#include "cli/commands.h"
#include "cli/run_settings.h"
#include "container/attend.h"
#include "container/hooks.h"
#include "container/keeper.h"
#include "container/name.h"
#include "container/name_socket.h"
#include "container/seal.h"
#include "container/seccomp_cache.h"
#include "container/unknown.h"
#include "plan/make.h"

enum { ID_LENGTH = 12 };

/* podman's rule: an id file that exists belongs to another container. */
static int write_cidfile(const char *path, const char *id, struct error *err)
{
	auto_close int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int result;

	if (fd < 0 && errno == EEXIST)
		return error_say(
			err, EEXIST,
			"--cidfile: %s exists; another container may be using it: remove it if not",
			path);
	result = fd < 0 ? -errno : fd_write_all(fd, id, strlen(id));
	if (result < 0)
		return error_set(err, -result, "--cidfile %s", path);
	return 0;
}

static int set_stop_signal(const struct run_settings *settings,
			   struct spec *spec, struct error *err)
{
	if (!settings->stop_signal)
		return 0; /* an image's is there already */
	if (parse_signal(settings->stop_signal) < 0)
		return error_say(err, EINVAL,
				 "--stop-signal: there is no signal '%s'",
				 settings->stop_signal);
	strv_addf(&spec->annotations, "org.opencontainers.image.stopSignal=%s",
		  settings->stop_signal);
	return 0;
}

/* The words of our command line lie one after the other in memory, the path we
 * were started by first.
 */
static void note_arguments(int argc, char **argv, struct plan *plan)
{
	plan->arguments = program_invocation_name;
	plan->arguments_size =
		(size_t)(argv[argc - 1] - program_invocation_name) +
		strlen(argv[argc - 1]);
}

/* What is called while it starts. */
struct starting {
	const struct run_request *request;
	const struct hooks_setting *hooks;
};

static int run_hooks(void *argument, const struct running *running,
		     struct error *err)
{
	const struct starting *starting = argument;

	return hooks_run_creating(starting->hooks, running->init.pid, err);
}

static int wire_up(void *argument, const struct running *running,
		   struct error *err)
{
	const struct starting *starting = argument;

	run_volumes_copied(starting->request);
	return run_wire(starting->request, running->network.netns, err);
}

/* One on shared networks lives in their user namespace. Return: descriptor,
 * borrowed; -1: none; other negative errno
 */
static int shared_userns(const struct run_request *request, struct error *err)
{
	int userns = request->shared_count
			     ? request->shared[0].membership.userns
			     : -1;
	struct stat first, other;

	for (size_t i = 1; userns >= 0 && i < request->shared_count; i++)
		if (fstat(userns, &first) < 0 ||
		    fstat(request->shared[i].membership.userns, &other) < 0 ||
		    first.st_ino != other.st_ino)
			return error_say(
				err, EXDEV,
				"the networks %s and %s were begun apart: stop the containers of one of them",
				request->shared[0].definition.name,
				request->shared[i].definition.name);
	return userns;
}

/* Sockets of the host's in the container, and what doesn't go together with
 * them.
 */
static int set_bypass(const struct run_request *request, struct plan *plan,
		      struct error *err)
{
	plan->bypass = request->has_network && request->network.bypass;
	if (plan->bypass && listener_is_needed(&plan->seccomp))
		return error_say(
			err, EINVAL,
			"--network: bypass=true and a seccomp profile with SCMP_ACT_NOTIFY don't go together: the kernel notifies one listener");
	return 0;
}

/* Where the container's user namespace is to be made. @ret: descriptor,
 * borrowed from the request or @keeper; -1: here
 */
static int find_userns(const struct run_request *request,
		       const struct plan *plan, struct keeper *keeper, int *ret,
		       struct error *err)
{
	*ret = shared_userns(request, err);
	if (*ret < -1)
		return *ret;
	/* Helpers were looked for: so they are needed. */
	if (*ret >= 0 || !request->helpers.newuidmap)
		return 0;
	if (keeper_find(plan->uids, plan->gids, keeper, err) < 0)
		return -err->code;
	*ret = keeper->userns;
	return 0;
}

/* @ret_listener: socket of its filter's; NULL: none */
static int prepare(const struct run_request *request,
		   const struct run_settings *settings,
		   const struct hooks_setting *hooks, struct plan *plan,
		   const char **ret_listener, struct error *err)
{
	struct host host;

	if (cgroup_refuse_limits(&request->spec.resources,
				 &request->spec.annotations, err) < 0)
		return -err->code;
	host_read(&host);
	if (seccomp_cache_compile(&request->spec.seccomp,
				  request->spec.process.capabilities.bounding,
				  &plan->seccomp, err) < 0)
		return error_wrap(err, "seccomp");
	if (plan_make(&request->spec, &host, plan, err) < 0 ||
	    set_bypass(request, plan, err) < 0 ||
	    listener_find(&request->spec.seccomp, &plan->seccomp, ret_listener,
			  err) < 0 ||
	    hooks_plan(hooks, plan, err) < 0)
		return -err->code;
	unknown_warn(&request->spec.process);
	plan->preserve_fds = settings->preserve_fds;
	/* Who has a name is found with its namespaces. */
	plan->wait = request->has_network || settings->name ||
		     run_volumes_are_fresh(request);
	return 0;
}

/* Whoever looks for it finds it; hooks of after the start. */
static int tell_started(const struct starting *starting,
			const struct name *name, const struct running *running,
			struct error *err)
{
	if (name->path &&
	    name_note(name, starting->request->id, running, err) < 0)
		return -err->code;
	return hooks_run(starting->hooks, HOOK_POSTSTART, running->init.pid,
			 err);
}

/* Start it, stay with it. Return: exit status, negative errno */
static int run_container(const struct run_settings *settings,
			 struct run_request *request, const struct name *name,
			 struct plan *plan, struct error *err)
{
	struct running running = RUNNING_NONE;
	auto_close int null = -1;
	struct hooks_setting hooks = {
		.spec = &request->spec,
		.bundle = request->bundle ? request->bundle : "/",
		.id = request->id,
	};
	struct listener listener = {
		.metadata = request->spec.seccomp.listener_metadata,
		.facts = {
			.id = hooks.id,
			.status = "created",
			.bundle = hooks.bundle,
			.annotations = &request->spec.annotations,
		},
	};
	struct starting starting = { request, &hooks };
	struct launch how = {
		.listener = &listener,
		.hooks = run_hooks,
		.ready = wire_up,
		.argument = &starting,
		.plan = plan,
		.helpers = &request->helpers,
		.network = request->has_network ? &request->network : NULL,
		.hold = name->path != NULL,
		.stdin_fd = -1,
	};
	struct attend_options attendance = {
		.interactive = settings->interactive,
		.network = how.network,
	};
	auto_with(keeper_clear) struct keeper keeper = { .userns = -1 };
	sigset_t signals;
	int status;

	if (prepare(request, settings, &hooks, plan, &listener.path, err) < 0)
		return -err->code;
	if (!settings->interactive) {
		null = open("/dev/null", O_RDONLY | O_CLOEXEC);
		how.stdin_fd = null;
	}
	if (find_userns(request, plan, &keeper, &how.kept_userns, err) < 0)
		return -err->code;
	attend_signals(&signals);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	status = launch(&how, &running, err);
	run_image_started(request);
	if (status == 0)
		keeper_start(&keeper);
	keeper_clear(&keeper);
	if (status == 0)
		status = tell_started(&starting, name, &running, err);
	if (status == 0)
		status = attend(&running, &attendance, err);
	running_clear(&running);
	hooks_run_poststop(&hooks);
	return status;
}

static int run_settings_check(const struct run_settings *settings, int argc,
			      int first, struct error *err)
{
	if (!settings->bundle && !settings->rootfs && first >= argc)
		return error_say(
			err, EINVAL,
			"run: no IMAGE given, nor 'host', 'busybox', 'hello', --rootfs DIR or --bundle DIR");
	if (settings->tty && settings->interactive && !isatty(STDIN_FILENO))
		return error_say(
			err, ENOTTY,
			"run: the input is not a terminal; leave out --tty, or --interactive");
	return 0;
}

static void run_settings_clear(struct run_settings *settings)
{
	struct list *const lists[] = {
		&settings->env,
		&settings->env_files,
		&settings->volumes,
		&settings->mounts,
		&settings->tmpfs,
		&settings->devices,
		&settings->dns,
		&settings->dns_search,
		&settings->dns_option,
		&settings->add_hosts,
		&settings->cap_add,
		&settings->cap_drop,
		&settings->security_opts,
		&settings->ulimits,
		&settings->sysctls,
		&settings->publish,
		&settings->expose,
		&settings->net_allow,
		&settings->net_deny,
		&settings->networks,
		&settings->network_aliases,
	};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		list_clear(lists[i]);
}

/* Take its name, or else the beginning of its id: by that it can be found too.
 * With a network there is a socket beside it, where holt port asks.
 * @ret_requests: that socket, owned by the caller; -1: none
 */
static int claim(const struct run_settings *settings,
		 const struct run_request *request, struct name *ret,
		 int *ret_requests, struct error *err)
{
	auto_free char *id = xstrndup(request->id, ID_LENGTH);
	bool is_wanted = settings->name || settings->cidfile;
	int result, sock = -1;

	if (!is_wanted && !request->has_network)
		return 0;
	result = name_claim(settings->name ? settings->name : id, ret, err);
	if (result == 0 && request->has_network)
		result = sock = name_socket_listen(ret->path, ret->fd, err);
	if (result >= 0)
		*ret_requests = sock;
	/* Nobody has said that it is to be found: then it needn't be where
	 * there is no place for that.
	 */
	return result < 0 && is_wanted ? result : 0;
}

static int run(int argc, char **argv, struct error *err)
{
	auto_with(run_settings_clear) struct run_settings settings = { 0 };
	auto_with(run_request_clear) struct run_request request = { 0 };
	auto_with(name_release) struct name name = { .fd = -1 };
	auto_with(plan_clear) struct plan plan = { 0 };
	auto_close int requests = -1;
	const char *root = NULL;
	int first = options_parse(&cmd_run, argc, argv, &settings, err);

	if (first < 0 || run_settings_check(&settings, argc, first, err) < 0)
		return -err->code;
	if (!settings.bundle && !settings.rootfs)
		root = argv[first++];
	settings.command = argv + first;
	if (seal_own_program(err) < 0 ||
	    fd_reserve(settings.preserve_fds, err) < 0)
		return -err->code;
	if (run_make_request(&settings, root, &request, err) < 0 ||
	    set_stop_signal(&settings, &request.spec, err) < 0)
		return error_wrap(err, "run");
	if (claim(&settings, &request, &name, &requests, err) < 0)
		return error_wrap(err, "run: --name");
	request.network.requests = requests;
	if (settings.cidfile &&
	    write_cidfile(settings.cidfile, request.id, err) < 0)
		return error_wrap(err, "run");
	if (run_join(&request, settings.name, err) < 0 ||
	    run_volumes_begin(&request, err) < 0 ||
	    run_image_make_writable(&request, err) < 0)
		return error_wrap(err, "run");
	note_arguments(argc, argv, &plan);

	int status = run_container(&settings, &request, &name, &plan, err);

	run_leave(&request);
	run_image_ended(&request);
	run_volumes_end(&request);
	/* There has been no container: the id is nobody's. */
	if (status < 0 && settings.cidfile)
		(void)unlink(settings.cidfile);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.synopsis = "[OPTION]... IMAGE [COMMAND [ARGUMENT]...]",
	.summary = "Make a container and run a command in it",
	.details =
		"IMAGE is the name or id of an image; or 'host', the host's own files to be\n"
		"looked at but not changed; or 'busybox', a small distribution made on the\n"
		"spot; or 'hello', which says what a container sees of itself; or left out\n"
		"with --rootfs or --bundle. Without COMMAND it is the image's, or /bin/sh.",
	.options = run_options,
	.exclusions = run_exclusions,
	.operands = { OFFER_ROOT, OFFER_PROGRAM, OFFER_FILE },
	.run = run,
};
