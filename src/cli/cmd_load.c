// SPDX-License-Identifier: Apache-2.0
/* holt load: images from an archive or a directory. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/image_userns.h"
#include "cli/local_image.h"

struct load_settings {
	const char *input;
	bool quiet;
};

static const struct option_row load_options[] = {
	{
		.name = "input",
		.letter = 'i',
		.value = "FILE",
		.help = "read it from a file or directory, or as in "
			"oci-archive:FILE:TAG; standard input otherwise",
		.offer = OFFER_FILE,
		OPTION_FIELD(struct load_settings, input),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "show no progress; as there is none in scripts",
		OPTION_FIELD(struct load_settings, quiet),
	},
	{ 0 },
};

/* Return: descriptor, negative errno */
must_check static int open_input(const struct transport *input,
				 struct error *err)
{
	const char *path = input->path ? input->path : input->name;
	int fd;

	if (!path) {
		if (isatty(STDIN_FILENO))
			return error_say(
				err, EINVAL,
				"nothing to read: name a file with --input, or give an archive to standard input");
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? error_set(err, errno, "standard input") : fd;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

/* A plain word is a path here, even one like "oci". */
must_check static int read_input(const char *word, struct transport *ret,
				 struct error *err)
{
	if (!word) {
		*ret = (struct transport){ .kind = TRANSPORT_REGISTRY };
		return 0;
	}
	if (transport_parse(word, ret, err) < 0)
		return -err->code;
	if (ret->kind == TRANSPORT_REGISTRY) {
		transport_clear(ret);
		ret->path = xstrdup(word);
	}
	return 0;
}

static int run(int argc, char **argv, struct error *err)
{
	struct load_settings settings = { 0 };
	auto_with(transport_clear) struct transport input = { 0 };
	auto_with(store_close) struct store store = { .fd = -1, .lock = -1 };
	auto_with(loaded_clear) struct loaded loaded = { .store = &store };
	auto_close int fd = -1;
	int first = options_parse(&cmd_load, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (argc > first)
		return error_say(
			err, EINVAL,
			"load: surplus word '%s'; a file is named with --input",
			argv[first]);
	if (read_input(settings.input, &input, err) < 0)
		return error_wrap(err, "load");
	fd = open_input(&input, err);
	if (fd < 0 || store_open(STORE_SHARED, &store, err) < 0 ||
	    local_load(&(struct local_source){ .format = transport_format(
						       input.kind),
					       .name = input.name,
					       .fd = fd },
		       &loaded, err) < 0)
		return error_wrap(err, "load");
	for (size_t i = 0; i < loaded.names.count; i++)
		(void)printf("Loaded image: %s\n", loaded.names.items[i]);
	store_close(&store);
	image_sweep_leftovers();
	return 0;
}

const struct command cmd_load = {
	.name = "load",
	.synopsis = "[OPTION]...",
	.summary = "Load images from an archive or a directory",
	.options = load_options,
	.run = run,
};
