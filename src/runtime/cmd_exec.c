// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "container/attend.h"
#include "container/enter.h"
#include "container/handover.h"
#include "container/seal.h"
#include "container/seccomp_cache.h"
#include "container/stand_in.h"
#include "container/state.h"
#include "container/unknown.h"
#include "oci/spec_read.h"
#include "plan/env.h"
#include "plan/make.h"
#include "runtime/exec_process.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"

#define CONFIG_MAX (16U << 20)

static const struct option_row exec_options[] = {
	{
		.group = "What runs",
		.name = "process",
		.letter = 'p',
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "the process as in config.json; then there is no COMMAND",
		OPTION_FIELD(struct exec_settings, process),
	},
	{
		.name = "cwd",
		.value = "DIR",
		.help = "start in DIR of the container; it has to exist",
		OPTION_FIELD(struct exec_settings, cwd),
	},
	{
		.name = "env",
		.letter = 'e',
		.value = "NAME=VALUE",
		.help = "set an environment variable",
		OPTION_FIELD(struct exec_settings, env),
	},
	{
		.name = "tty",
		.letter = 't',
		.help = "give the process a terminal of its own",
		OPTION_FIELD(struct exec_settings, tty),
	},
	{
		.group = "With which rights",
		.name = "user",
		.letter = 'u',
		.value = "UID[:GID]",
		.help = "run as this user of the container",
		OPTION_FIELD(struct exec_settings, user),
	},
	{
		.name = "additional-gids",
		.letter = 'g',
		.value = "GID",
		.help = "be in this group as well",
		OPTION_FIELD(struct exec_settings, groups),
	},
	{
		.name = "cap",
		.letter = 'c',
		.value = "CAP",
		.offer = OFFER_CAPABILITY,
		.help = "have this capability as well",
		OPTION_FIELD(struct exec_settings, caps),
	},
	{
		.name = "no-new-privs",
		.help = "never get more rights by executing a file",
		OPTION_FIELD(struct exec_settings, no_new_privs),
	},
	{
		.name = "process-label",
		.value = "LABEL",
		.help = "run under this SELinux label",
		OPTION_FIELD(struct exec_settings, process_label),
	},
	{
		.name = "apparmor",
		.value = "PROFILE",
		.help = "run under this AppArmor profile",
		OPTION_FIELD(struct exec_settings, apparmor),
	},
	{
		.name = "cgroup",
		.value = "PATH",
		.help = "run in this cgroup below the container's",
		OPTION_FIELD(struct exec_settings, cgroup),
	},
	{
		.group = "What is handed over",
		.name = "console-socket",
		.value = "PATH",
		.offer = OFFER_FILE,
		.help = "socket that gets the terminal's master descriptor",
		OPTION_FIELD(struct exec_settings, console_socket),
	},
	{
		.name = "detach",
		.letter = 'd',
		.help = "return as soon as the command runs",
		OPTION_FIELD(struct exec_settings, detach),
	},
	{
		.name = "ignore-paused",
		.help = "start it in a paused container, too; it runs when that is resumed",
		OPTION_FIELD(struct exec_settings, ignore_paused),
	},
	{
		.name = "no-new-keyring",
		.help = "stay in the caller's session keyring",
		OPTION_FIELD(struct exec_settings, no_new_keyring),
	},
	{
		.name = "no-subreaper",
		.hidden = true,
		OPTION_FIELD(struct exec_settings, no_subreaper),
	},
	{
		.name = "pid-file",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "write the process id to FILE once the command runs",
		OPTION_FIELD(struct exec_settings, pid_file),
	},
	{
		.name = "pidfd-socket",
		.value = "PATH",
		.offer = OFFER_FILE,
		.help = "socket that gets a pidfd of the process",
		OPTION_FIELD(struct exec_settings, pidfd_socket),
	},
	{
		.name = "preserve-fds",
		.value = "N",
		.help = "pass on N descriptors more, from 3 on",
		OPTION_PARSED(struct exec_settings, preserve_fds,
			      option_parse_descriptors),
	},
	{ 0 },
};

/* Everything of one `exec`. */
struct execution {
	const struct runtime *runtime;
	struct exec_settings settings;
	struct state_dir dir;
	struct state state;
	enum status status;
	struct process init;
	struct spec spec;
	struct plan plan;
	struct running running;
};

static void execution_clear(struct execution *execution)
{
	struct exec_settings *settings = &execution->settings;

	running_release(&execution->running);
	plan_clear(&execution->plan);
	spec_clear(&execution->spec);
	process_close(&execution->init);
	state_clear(&execution->state);
	state_dir_clear(&execution->dir);
	list_clear(&settings->env);
	list_clear(&settings->caps);
	list_clear(&settings->groups);
}

/* The container, and its init, known to be the one that state.json means. */
static int find_container(struct execution *execution, const char *id,
			  struct error *err)
{
	struct state *state = &execution->state;
	auto_free char *root = NULL;

	if (state_root(execution->runtime->root, &root, err) < 0 ||
	    state_open(root, id, false, &execution->dir, state, err) < 0 ||
	    state_process(state, &execution->init, err) < 0)
		return -err->code;
	execution->status = state_status(&execution->dir, state);
	switch (execution->status) {
	case STATUS_CREATED:
	case STATUS_RUNNING:
		return 0;
	case STATUS_PAUSED:
		if (execution->settings.ignore_paused)
			return 0;
		return error_say(
			err, EINVAL,
			"cannot exec in a paused container (use --ignore-paused to override)");
	case STATUS_CREATING:
		return error_say(
			err, EINVAL,
			"cannot exec in a container that is being created");
	case STATUS_STOPPED:
	case STATUS_COUNT:
		break;
	}
	return error_say(err, EINVAL, "cannot exec in a stopped container");
}

static int read_config(struct execution *execution, struct error *err)
{
	auto_free char *path = xasprintf("%s/config.json", execution->dir.path);
	auto_free char *text = NULL;

	if (file_read_text(path, CONFIG_MAX, &text, NULL, err) < 0)
		return -err->code;
	if (spec_read_text(text, execution->state.bundle, &execution->spec,
			   err) < 0)
		return error_wrap(err, "%s", path);
	stand_in_limit(&execution->state.cgroup, &execution->spec);
	return 0;
}

static int check_terminal(const struct execution *execution, struct error *err)
{
	const struct exec_settings *settings = &execution->settings;
	bool terminal = execution->spec.process.terminal;

	if (terminal && settings->detach && !settings->console_socket)
		return error_say(
			err, EINVAL,
			"cannot allocate tty if we will detach without setting console socket: give --console-socket, or leave out --tty");
	if (!terminal && settings->console_socket)
		return error_say(
			err, EINVAL,
			"cannot use console socket if we will not allocate tty: give --tty, or set terminal to true");
	return 0;
}

static int make_plan(struct execution *execution, struct error *err)
{
	struct plan *plan = &execution->plan;
	struct host host;

	struct spec_affinity *affinity = &execution->spec.process.affinity;
	const char *cpus =
		stand_in_cpus(&execution->state.cgroup, &execution->spec);

	unknown_warn(&execution->spec.process);
	if (cpus && !affinity->final)
		affinity->final = xstrdup(cpus);
	host_read(&host);
	if (seccomp_cache_compile(&execution->spec.seccomp,
				  execution->spec.process.capabilities.bounding,
				  &plan->seccomp, err) < 0)
		return error_wrap(err, "seccomp");
	if (plan_make_process(&execution->spec, &host, plan, err) < 0)
		return -err->code;
	plan->preserve_fds = execution->settings.preserve_fds;
	plan_pass_sockets(plan, sockets_given());
	plan->detach = execution->settings.detach;
	plan->keep_keyring = execution->settings.no_new_keyring;
	return 0;
}

/* There is a process, which waits: tell whoever asked for it. */
static int ready(void *argument, const struct running *running,
		 struct error *err)
{
	const struct execution *execution = argument;
	const struct exec_settings *settings = &execution->settings;

	if (settings->console_socket &&
	    console_send(settings->console_socket, running->terminal, err) < 0)
		return -err->code;
	if (settings->pidfd_socket &&
	    pidfd_send(settings->pidfd_socket, running->init.pidfd, err) < 0)
		return -err->code;
	return 0;
}

static int start(struct execution *execution, struct error *err)
{
	const struct exec_settings *settings = &execution->settings;
	struct running *running = &execution->running;
	struct listener listener;
	struct enter how = {
		.to = { .target = execution->init,
			.cgroup = &execution->state.cgroup,
			.subgroup = settings->cgroup },
		.plan = &execution->plan,
		.listener = &listener,
		.ready = settings->console_socket || settings->pidfd_socket
				 ? ready
				 : NULL,
		.argument = execution,
	};

	(void)state_listener(&execution->state, execution->status, &listener);
	if (enter(&how, running, err) < 0)
		return -err->code;
	/* conmon takes this file for the word that the command runs. */
	if (settings->pid_file &&
	    pid_file_write(settings->pid_file, running->init.pid, err) < 0) {
		running_clear(running);
		return -err->code;
	}
	journal_add_exec(&execution->dir, &execution->state, running->init.pid);
	if (settings->console_socket && running->terminal >= 0)
		close(steal_fd(&running->terminal));
	return 0;
}

static int execute(struct execution *execution, int argc, char **argv,
		   struct error *err)
{
	static const struct attend_options options = { .interactive = true };
	const struct exec_settings *settings = &execution->settings;
	sigset_t signals;

	if (seal_own_program(err) < 0 ||
	    fd_reserve(settings->preserve_fds + sockets_given(), err) < 0 ||
	    find_container(execution, argv[0], err) < 0 ||
	    read_config(execution, err) < 0 ||
	    exec_process(settings, argv + 1, argc - 1, &execution->spec, err) <
		    0 ||
	    check_terminal(execution, err) < 0)
		return -err->code;
	if (!settings->detach && !settings->console_socket)
		attend_size(&execution->spec.process);
	if (make_plan(execution, err) < 0)
		return -err->code;
	if (!settings->detach) {
		attend_signals(&signals);
		(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	}
	if (start(execution, err) < 0)
		return -err->code;
	return settings->detach ? 0
				: attend(&execution->running, &options, err);
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	auto_with(execution_clear) struct execution execution = {
		.runtime = globals,
		.dir = { .fd = -1 },
		.init = { 0, -1 },
		.running = RUNNING_NONE,
	};
	int first = options_parse(&runtime_exec, argc, argv,
				  &execution.settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_exec, argc - first, 1, argc, err) < 0)
		return -err->code;
	return execute(&execution, argc - first, argv + first, err);
}

const struct command runtime_exec = {
	.name = "exec",
	.synopsis = "[OPTION]... ID [COMMAND [ARGUMENT]...]",
	.summary = "Run another command in a container",
	.program = "holt-runtime",
	.options = exec_options,
	.operands = { OFFER_NONE, OFFER_PROGRAM, OFFER_FILE },
	.one_dash = true,
	.run_under = run,
};
