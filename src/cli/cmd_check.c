// SPDX-License-Identifier: Apache-2.0
/* holt system check: is everything there, whole, and referred to? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/image_parts.h"
#include "cli/image_userns.h"
#include "cli/system_parts.h"
#include "image/check.h"

struct check_settings {
	bool quick, repair, force;
};

static const struct option_row check_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "with --repair: remove damaged images that have names too",
		OPTION_FIELD(struct check_settings, force),
	},
	{
		.name = "quick",
		.letter = 'q',
		.help = "don't read the blobs, which takes longest",
		OPTION_FIELD(struct check_settings, quick),
	},
	{
		.name = "repair",
		.letter = 'r',
		.help = "remove what is damaged, and what nobody refers to",
		OPTION_FIELD(struct check_settings, repair),
	},
	{ 0 },
};

static void tell(void *argument, const char *text)
{
	(void)argument;
	(void)puts(text);
}

static int check(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	struct check_settings settings = { 0 };
	struct check checking = {
		.tell = tell,
		.userns = image_userns_open,
		.userns_argument = &userns,
	};
	int first = options_parse(&system_check, argc, argv, &settings, err);

	if (first < 0)
		return first;
	checking.quick = settings.quick;
	checking.repair = settings.repair;
	checking.force = settings.force;
	if (store_open(STORE_EXCLUSIVE, &store, err) < 0 ||
	    check_store(&store, &checking, err) < 0)
		return error_wrap(err, "system check");
	if (!checking.found)
		return 0;
	if (checking.found == checking.repaired)
		return 0;
	return error_say(
		err, EUCLEAN,
		"system check: %zu found, %zu mended; 'holt system check --repair' removes what is damaged, and pulling brings it back",
		checking.found, checking.repaired);
}

const struct command system_check = {
	.name = "check",
	.program = "holt system",
	.synopsis = "[OPTION]...",
	.summary = "Find damage in what is kept, and repair it",
	.options = check_options,
	.run = check,
};
