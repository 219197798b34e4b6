// SPDX-License-Identifier: Apache-2.0
/* holt-runtime: the command line that engines call. What its commands share:
 * the options before the command's name, and the commands themselves.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "cgroup/cgroup.h"
#include "command/option.h"

enum runtime_log_format { RUNTIME_LOG_TEXT, RUNTIME_LOG_JSON };

enum runtime_rootless {
	RUNTIME_ROOTLESS_AUTO,
	RUNTIME_ROOTLESS_TRUE,
	RUNTIME_ROOTLESS_FALSE,
};

/* The options before the command; borrowed from the command line. */
struct runtime {
	const char *root; /* NULL: the usual place */
	const char *log;  /* NULL: stderr alone */
	enum runtime_log_format log_format;
	unsigned int log_level; /* index of "error", "warning", ... */
	bool debug;
	bool systemd_cgroup;
	enum cgroup_manager cgroup_manager;
	enum runtime_rootless rootless;
	bool strict; /* what would be a warning about config.json is an error */
	const char *criu;
	bool version;
};

extern const struct command runtime_checkpoint;
extern const struct command runtime_create;
extern const struct command runtime_delete;
extern const struct command runtime_events;
extern const struct command runtime_exec;
extern const struct command runtime_features;
extern const struct command runtime_kill;
extern const struct command runtime_list;
extern const struct command runtime_pause;
extern const struct command runtime_ps;
extern const struct command runtime_restore;
extern const struct command runtime_resume;
extern const struct command runtime_run;
extern const struct command runtime_spec;
extern const struct command runtime_start;
extern const struct command runtime_state;
extern const struct command runtime_update;

/* holt-runtime itself: the rows of struct runtime. */
extern const struct command runtime_program;

/**
 * runtime_main() - Do what a whole command line says
 * @err:	.exit_code is set: 1, and 255 for exec
 *
 * Return: exit status, negative errno
 */
must_check int runtime_main(int argc, char **argv, struct error *err);

/**
 * runtime_operands() - Check how many words are left behind the options
 * @count:	How many there are
 * @min:	Least number of words
 * @max:	Greatest
 *
 * Return: 0, -EINVAL: says what is missing or too much
 */
must_check int runtime_operands(const struct command *cmd, int count, int min,
				int max, struct error *err);

#endif
