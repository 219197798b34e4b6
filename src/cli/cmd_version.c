// SPDX-License-Identifier: Apache-2.0
/* holt version: which holt this is. */
#include <stdio.h>

#include "cli/commands.h"

static int run(int argc, char **argv, struct error *err)
{
	int first =
		argc ? options_parse(&cmd_version, argc, argv, NULL, err) : 0;

	if (first < 0)
		return first;
	if (first < argc)
		return error_say(err, EINVAL,
				 "version: unexpected word '%s'; "
				 "see 'holt version --help'",
				 argv[first]);
	(void)puts("holt version " HOLT_VERSION);
	return 0;
}

const struct command cmd_version = {
	.name = "version",
	.synopsis = "",
	.summary = "Show the version of holt",
	.run = run,
};
