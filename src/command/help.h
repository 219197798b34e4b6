// SPDX-License-Identifier: Apache-2.0
/* --help, laid out from the rows: at most 80 columns. */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include <stdio.h>

#include "command/option.h"

/**
 * help_line() - One entry: a term on the left, its text wrapped on the right
 * @margin:	Column where the text begins
 */
void help_line(FILE *out, int margin, const char *term, const char *text);

/** help_options() - Every row of @cmd, under the headings of their groups. */
void help_options(FILE *out, const struct command *cmd);

/** help_command() - The whole help of one command. */
void help_command(FILE *out, const struct command *cmd);

#endif
