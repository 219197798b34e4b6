// SPDX-License-Identifier: Apache-2.0
/* The commands of a program: found by name, listed, and asked for their help.
 */
#ifndef COMMAND_LIST_H
#define COMMAND_LIST_H

#include <stdio.h>

#include "command/option.h"

/**
 * command_find() - The command called @name, or NULL
 * @list:	Ends with NULL
 */
const struct command *command_find(const struct command *const *list,
				   const char *name);

/**
 * command_require() - The command called @name, or an error that helps
 * @program:	Whose commands they are, for "see 'PROGRAM --help'"
 * @err:	EINVAL: names a command that is spelt nearly the same
 *
 * Return: NULL when there is none
 */
const struct command *command_require(const struct command *program,
				      const struct command *const *list,
				      const char *name, struct error *err);

/** command_list_help() - The help of a program as a whole, or of a command that
 * has commands.
 */
void command_list_help(FILE *out, const struct command *program,
		       const struct command *const *list);

/**
 * command_wants_help() - Is --help among the options, before any that is wrong?
 * @argv:	@argv[0] is the command's name
 *
 * Asked before anything is stored or checked: help must come also where a
 * needed word is missing. No command that is internal has help.
 */
bool command_wants_help(const struct command *cmd, int argc, char **argv);

#endif
