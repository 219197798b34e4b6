// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "base/cleanup.h"
#include "runtime/create.h"

static const struct option_row create_options[] = {
	CREATE_OPTION_ROWS,
	{ 0 },
};

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	struct create_settings settings = { 0 };
	auto_with(creation_clear) struct creation creation = {
		.runtime = globals,
		.settings = &settings,
		.mode = CREATE_PARKED,
	};
	int first = options_parse(&runtime_create, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_create, argc - first, 1, 2, err) < 0)
		return -err->code;
	if (argc - first == 2) {
		if (settings.bundle)
			return error_say(
				err, EINVAL,
				"create: the bundle is given twice, as --bundle %s and as %s",
				settings.bundle, argv[first + 1]);
		settings.bundle = argv[first + 1];
	}
	return create_container(&creation, argv[first], err);
}

const struct command runtime_create = {
	.name = "create",
	.synopsis = "[OPTION]... ID [BUNDLE]",
	.summary = "Make a container that waits to be started",
	.program = "holt-runtime",
	.options = create_options,
	.operands = { OFFER_NONE, OFFER_DIRECTORY },
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
