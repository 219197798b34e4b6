// SPDX-License-Identifier: Apache-2.0
/* holt import: an image of a tar archive of a root. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/image_userns.h"
#include "cli/import_image.h"
#include "cli/loaded.h"

struct import_settings {
	struct list changes;
	const char *message, *os, *arch, *variant;
	bool quiet;
};

static const struct option_row import_options[] = {
	{
		.name = "arch",
		.value = "ARCHITECTURE",
		.help = "that its programs are for; this machine's otherwise",
		OPTION_FIELD(struct import_settings, arch),
	},
	{
		.name = "change",
		.letter = 'c',
		.value = "INSTRUCTION",
		.help = "set CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, "
			"STOPSIGNAL, USER, VOLUME or WORKDIR as a Dockerfile does",
		OPTION_FIELD(struct import_settings, changes),
	},
	{
		.name = "message",
		.letter = 'm',
		.value = "TEXT",
		.help = "say in its history what it is",
		OPTION_FIELD(struct import_settings, message),
	},
	{
		.name = "os",
		.value = "NAME",
		.help = "operating system; this machine's otherwise",
		OPTION_FIELD(struct import_settings, os),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "show no progress; there is none",
		OPTION_FIELD(struct import_settings, quiet),
	},
	{
		.name = "variant",
		.value = "NAME",
		.help = "of the architecture, such as v8",
		OPTION_FIELD(struct import_settings, variant),
	},
	{ 0 },
};

/* Return: descriptor, negative errno */
must_check static int open_input(const char *word, struct error *err)
{
	int fd;

	if (strstr(word, "://"))
		return error_say(
			err, EOPNOTSUPP,
			"%s: an address isn't fetched here; give it by 'curl -L %s | holt import -'",
			word, word);
	if (strcmp(word, "-") != 0) {
		fd = open(word, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		return fd < 0 ? error_set(err, errno, "open %s", word) : fd;
	}
	if (isatty(STDIN_FILENO))
		return error_say(err, EINVAL,
				 "standard input is a terminal, no archive");
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? error_set(err, errno, "standard input") : fd;
}

/* @words: the archive, and perhaps a name */
must_check static int import(const struct import_settings *settings,
			     char *const *words, struct error *err)
{
	auto_with(store_close) struct store store = { .fd = -1, .lock = -1 };
	auto_with(loaded_clear) struct loaded loaded = { .store = &store };
	auto_free char *message = xasprintf("Imported from %s", words[0]);
	auto_free char *name = NULL;
	auto_close int fd = -1;

	if (words[1] && import_read_name(words[1], &name, err) < 0)
		return -err->code;
	fd = open_input(words[0], err);
	if (fd < 0 || store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;

	const struct import_order order = {
		.archive = fd,
		.name = name,
		.creator = "holt import",
		.message = settings->message ? settings->message : message,
		.changes = settings->changes,
		.os = settings->os,
		.arch = settings->arch,
		.variant = settings->variant,
	};

	if (import_image(&order, &store, loaded_heard, &loaded, err) < 0)
		return -err->code;
	for (size_t i = 0; i < loaded.ids.count; i++)
		(void)printf("sha256:%s\n", loaded.ids.items[i]);
	store_close(&store);
	image_sweep_leftovers();
	return 0;
}

static int run(int argc, char **argv, struct error *err)
{
	struct import_settings settings = { 0 };
	int first = options_parse(&cmd_import, argc, argv, &settings, err);
	int result = first;

	if (first >= 0 && argc - first != 1 && argc - first != 2)
		result = error_say(
			err, EINVAL,
			"import: give an archive, or - for standard input, and perhaps a name");
	else if (first >= 0 && import(&settings, argv + first, err) < 0)
		result = error_wrap(err, "import");
	list_clear(&settings.changes);
	return result < 0 ? result : 0;
}

const struct command cmd_import = {
	.name = "import",
	.synopsis = "[OPTION]... FILE|- [NAME[:TAG]]",
	.summary = "Make an image of a tar archive of a root file system",
	.options = import_options,
	.operands = { OFFER_FILE },
	.options_anywhere = true,
	.run = run,
};
