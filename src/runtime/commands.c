// SPDX-License-Identifier: Apache-2.0
/* The command line as a whole. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "command/help.h"
#include "command/list.h"
#include "runtime/log.h"
#include "runtime/runtime.h"

enum { FAILURE = 1, FAILURE_OF_EXEC = 255 };

static const struct option_row global_options[] = {
	{
		.name = "cgroup-manager",
		.value = "MANAGER",
		.values = OPTION_VALUES("cgroupfs", "systemd", "disabled"),
		.help = "who makes cgroups: cgroupfs, systemd or disabled",
		OPTION_FIELD(struct runtime, cgroup_manager),
	},
	{
		.name = "criu",
		.value = "PATH",
		.hidden = true,
		OPTION_FIELD(struct runtime, criu),
	},
	{
		.name = "debug",
		.help = "log what is being done",
		OPTION_FIELD(struct runtime, debug),
	},
	{
		.name = "log",
		.value = "DEST",
		.offer = OFFER_FILE,
		.help = "write the log to a FILE, file:FILE, syslog:[TAG] or journald:[TAG]",
		OPTION_FIELD(struct runtime, log),
	},
	{
		.name = "log-format",
		.value = "FORMAT",
		.values = OPTION_VALUES("text", "json"),
		.help = "how a log file is written: text or json",
		OPTION_FIELD(struct runtime, log_format),
	},
	{
		.name = "log-level",
		.value = "LEVEL",
		.values = OPTION_VALUES("error", "warning", "info", "debug"),
		.help = "log error (the default), warning, info or debug and what is worse",
		OPTION_FIELD(struct runtime, log_level),
	},
	{
		.name = "root",
		.value = "DIR",
		.offer = OFFER_DIRECTORY,
		.help = "keep the state of containers in DIR",
		OPTION_FIELD(struct runtime, root),
	},
	{
		.name = "rootless",
		.value = "MODE",
		.values = OPTION_VALUES("auto", "true", "false"),
		.help = "may cgroups that can't be used be passed over: auto, true or false",
		OPTION_FIELD(struct runtime, rootless),
	},
	{
		.name = "strict",
		.help = "take no config.json that isn't as the specification has it",
		OPTION_FIELD(struct runtime, strict),
	},
	{
		.name = "systemd-cgroup",
		.letter = 's',
		.help = "the same as --cgroup-manager=systemd",
		OPTION_FIELD(struct runtime, systemd_cgroup),
	},
	{
		.name = "version",
		.letter = 'v',
		.help = "show the version and exit",
		OPTION_FIELD(struct runtime, version),
	},
	{
		.name = "version", /* again, for a second letter */
		.letter = 'V',
		.hidden = true,
		OPTION_FIELD(struct runtime, version),
	},
	{ 0 },
};

const struct command runtime_program = {
	.synopsis = "[OPTION]... COMMAND [ARGUMENT]...",
	.summary = "The OCI runtime of holt",
	.program = "holt-runtime",
	.options = global_options,
	.one_dash = true,
};

static const struct command *const commands[] = {
	&runtime_create,   &runtime_start,  &runtime_run,
	&runtime_state,    &runtime_kill,   &runtime_delete,
	&runtime_exec,     &runtime_list,   &runtime_pause,
	&runtime_resume,   &runtime_update, &runtime_events,
	&runtime_features, &runtime_spec,   &runtime_checkpoint,
	&runtime_restore,  &runtime_ps,     NULL,
};

/* What callers ask for by name has to answer to it. */
static const char *own_name(void)
{
	static const char *const others[] = { "runc", "crun" };

	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		if (!strcmp(program_invocation_short_name, others[i]))
			return others[i];
	return "holt";
}

/* docker takes every line with "version" in it for ours: there is just one. */
static void print_version(void)
{
	const struct scmp_version *libseccomp = seccomp_version();

	(void)printf("%s version %s\ncommit: %s\nspec: %s\n", own_name(),
		     HOLT_VERSION, HOLT_COMMIT, "1.3.0");
	(void)printf("libseccomp: %u.%u.%u\n", libseccomp->major,
		     libseccomp->minor, libseccomp->micro);
}

int runtime_operands(const struct command *cmd, int count, int min, int max,
		     struct error *err)
{
	if (count >= min && count <= max)
		return 0;
	return error_say(err, EINVAL, "%s: %s; usage: holt-runtime %s %s",
			 cmd->name,
			 count < min ? "a word is missing" : "too many words",
			 cmd->name, cmd->synopsis);
}

/* Options that can't stand together, or mean another. */
static int settle(struct runtime *globals, struct error *err)
{
	if (globals->systemd_cgroup &&
	    globals->cgroup_manager == CGROUP_DISABLED)
		return error_say(
			err, EINVAL,
			"--systemd-cgroup and --cgroup-manager=disabled can't be given together");
	if (globals->systemd_cgroup)
		globals->cgroup_manager = CGROUP_SYSTEMD;
	if (globals->criu)
		log_warning(
			"--criu is ignored: containers can't be checkpointed");
	return 0;
}

static int run(int argc, char **argv, int *ret_failure, struct error *err)
{
	struct runtime globals = { 0 };
	const struct command *cmd;
	int first, result;

	if (command_wants_help(&runtime_program, argc, argv)) {
		command_list_help(stdout, &runtime_program, commands);
		return 0;
	}
	first = options_parse(&runtime_program, argc, argv, &globals, err);
	if (first < 0)
		return first;
	if (globals.version) {
		print_version();
		return 0;
	}
	if (runtime_log_open(&globals, err) < 0 || settle(&globals, err) < 0)
		return -err->code;
	if (first >= argc)
		return error_say(err, EINVAL,
				 "no command given; see 'holt-runtime --help'");
	cmd = command_require(&runtime_program, commands, argv[first], err);
	if (!cmd)
		return -err->code;
	if (command_wants_help(cmd, argc - first, argv + first)) {
		help_command(stdout, cmd);
		return 0;
	}
	result = cmd->run_under(&globals, argc - first, argv + first, err);
	if (result < 0 && !strcmp(cmd->name, "exec"))
		*ret_failure = FAILURE_OF_EXEC;
	return result;
}

int runtime_main(int argc, char **argv, struct error *err)
{
	int failure = FAILURE;
	int result = run(argc, argv, &failure, err);

	if (result < 0)
		err->exit_code = (short)failure;
	return result;
}
