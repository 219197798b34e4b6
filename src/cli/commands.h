// SPDX-License-Identifier: Apache-2.0
/* Every command of holt, and how one is found and run. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "command/option.h"

extern const struct command cmd_bootstrap;
extern const struct command cmd_complete;
extern const struct command cmd_doctor;
extern const struct command cmd_export;
extern const struct command cmd_help;
extern const struct command cmd_history;
extern const struct command cmd_image;
extern const struct command cmd_images;
extern const struct command cmd_inspect;
extern const struct command cmd_keep_network;
extern const struct command cmd_keep_userns;
extern const struct command cmd_import;
extern const struct command cmd_load;
extern const struct command cmd_login;
extern const struct command cmd_logout;
extern const struct command cmd_network;
extern const struct command cmd_port;
extern const struct command cmd_pull;
extern const struct command cmd_push;
extern const struct command cmd_run;
extern const struct command cmd_save;
extern const struct command cmd_rmi;
extern const struct command cmd_system;
extern const struct command cmd_tag;
extern const struct command cmd_untag;
extern const struct command cmd_version;
extern const struct command cmd_volume;

extern const struct command *const commands[]; /* ends with NULL */

/* holt itself, seen as a command: the options before the command's name. */
extern const struct command holt_program;

/**
 * commands_run() - Do what a whole command line says
 * @argv:	@argv[0] is our own name
 *
 * Return: exit status, negative errno
 */
must_check int commands_run(int argc, char **argv, struct error *err);

#endif
