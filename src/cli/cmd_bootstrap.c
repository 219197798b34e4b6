// SPDX-License-Identifier: Apache-2.0
/* holt bootstrap: an image made of a distribution's packages. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/bootstrap.h"
#include "cli/bootstrap_sources.h"
#include "cli/commands.h"
#include "cli/import_image.h"
#include "command/option.h"

struct debian_settings {
	const char *suite, *variant;
	struct list mirrors, includes;
	bool quiet;
};

static const struct option_row debian_options[] = {
	{
		.name = "include",
		.value = "PACKAGE,...",
		.help = "install these too",
		OPTION_FIELD(struct debian_settings, includes),
	},
	{
		.name = "mirror",
		.value = "URI",
		.help = "get packages from there, or from what a line as of sources.list says; can be repeated",
		OPTION_FIELD(struct debian_settings, mirrors),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "don't show what is being done, unless it fails",
		OPTION_FIELD(struct debian_settings, quiet),
	},
	{
		.name = "suite",
		.value = "NAME",
		.values = OPTION_VALUES("bookworm", "trixie", "stable",
					"testing", "unstable"),
		.help = "of Debian: this machine's, or stable where it isn't one",
		OPTION_FIELD(struct debian_settings, suite),
	},
	{
		.name = "variant",
		.value = "NAME",
		.values = OPTION_VALUES("minbase", "essential", "apt",
					"required", "buildd", "important",
					"standard", "custom", "extract"),
		.strict = true,
		.help = "which packages, as mmdebstrap(1) calls them: minbase, the smallest with apt, is the default",
		OPTION_FIELD(struct debian_settings, variant),
	},
	{ 0 },
};

must_check static int check_suite(const char *suite, struct error *err)
{
	for (const char *c = suite; *c; c++)
		if (!isalnum((unsigned char)*c) &&
		    (c == suite || !strchr("-._+", *c)))
			return error_say(err, EINVAL,
					 "--suite: '%s' is no name of a suite",
					 suite);
	return *suite ? 0 : error_say(err, EINVAL, "--suite: it is empty");
}

/* @word: how the image is to be called; NULL: as usual */
must_check static int make_image(const struct debian_settings *settings,
				 const char *word, struct error *err)
{
	auto_free char *suite = settings->suite ? xstrdup(settings->suite)
						: sources_host_suite();
	auto_free char *usual = xasprintf("debian:%s", suite);
	auto_free char *name = NULL;
	auto_free char *id = NULL;

	if (check_suite(suite, err) < 0 ||
	    import_read_name(word ? word : usual, &name, err) < 0)
		return -err->code;

	const struct bootstrap_wish wish = {
		.suite = suite,
		.variant = settings->variant ? settings->variant : "minbase",
		.name = name,
		.mirrors = settings->mirrors,
		.includes = settings->includes,
		.quiet = settings->quiet,
	};

	if (bootstrap_debian(&wish, &id, err) < 0)
		return -err->code;
	(void)printf("sha256:%s\n", id);
	return 0;
}

static int run_debian(int argc, char **argv, struct error *err);

static const struct command bootstrap_debian_command = {
	.name = "debian",
	.program = "holt bootstrap",
	.synopsis = "[OPTION]... [NAME[:TAG]]",
	.summary = "Make an image of Debian's packages",
	.options = debian_options,
	.options_anywhere = true,
	.run = run_debian,
};

static int run_debian(int argc, char **argv, struct error *err)
{
	struct debian_settings settings = { 0 };
	int first = options_parse(&bootstrap_debian_command, argc, argv,
				  &settings, err);
	int result = first;

	if (first >= 0 && argc - first > 1)
		result = error_say(err, EINVAL,
				   "bootstrap debian: give one name, or none");
	else if (first >= 0 &&
		 make_image(&settings, first < argc ? argv[first] : NULL, err) <
			 0)
		result = error_wrap(err, "bootstrap debian");
	list_clear(&settings.mirrors);
	list_clear(&settings.includes);
	return result < 0 ? result : 0;
}

static const struct command *const bootstrap_commands[] = {
	&bootstrap_debian_command,
	NULL,
};

const struct command cmd_bootstrap = {
	.name = "bootstrap",
	.synopsis = "COMMAND [ARGUMENT]...",
	.summary = "Make an image of a distribution's packages",
	.commands = bootstrap_commands,
};
