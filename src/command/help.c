// SPDX-License-Identifier: Apache-2.0
#include "command/help.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define WIDTH         80
#define OPTION_MARGIN 30

/* Print @text from column @margin on, the cursor being there already. */
static void print_wrapped(FILE *out, int margin, const char *text)
{
	int column = margin;

	while (*text) {
		int length = (int)strcspn(text, " ");
		bool is_first = column == margin;

		if (!is_first && column + 1 + length > WIDTH) {
			(void)fprintf(out, "\n%*s", margin, "");
			column = margin;
			is_first = true;
		}
		(void)fprintf(out, "%s%.*s", is_first ? "" : " ", length, text);
		column += length + !is_first;
		text += length;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

void help_line(FILE *out, int margin, const char *term, const char *text)
{
	int length = (int)strlen(term);

	(void)fprintf(out, "  %s", term);
	if (2 + length + 2 > margin)
		(void)fprintf(out, "\n%*s", margin, "");
	else
		(void)fprintf(out, "%*s", margin - 2 - length, "");
	print_wrapped(out, margin, text);
}

static void help_option(FILE *out, const struct option_row *row)
{
	auto_free char *term = xasprintf(
		"%c%c%c --%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? ',' : ' ',
		row->name, row->value ? "=" : "", row->value ? row->value : "");
	auto_free char *text =
		row->alias ? xasprintf("%s (also --%s)", row->help, row->alias)
			   : xstrdup(row->help);

	help_line(out, OPTION_MARGIN, term, text);
}

void help_options(FILE *out, const struct command *cmd)
{
	const struct option_row *row = cmd->options;
	struct option_row help = option_help_row(cmd);

	if (!row || !row->name || !row->group)
		(void)fputs("\nOptions:\n", out);
	for (; row && row->name; row++) {
		if (row->group)
			(void)fprintf(out, "\n%s:\n", row->group);
		if (!row->hidden)
			help_option(out, row);
	}
	if (cmd->options && cmd->options->group)
		(void)fputs("\nOther:\n", out);
	help_option(out, &help);
}

void help_command(FILE *out, const struct command *cmd)
{
	(void)fprintf(out, "Usage: %s%s%s%s%s\n\n%s.\n", command_program(cmd),
		      cmd->name ? " " : "", cmd->name ? cmd->name : "",
		      *cmd->synopsis ? " " : "", cmd->synopsis, cmd->summary);
	if (cmd->details)
		(void)fprintf(out, "\n%s\n", cmd->details);
	help_options(out, cmd);
}
