// SPDX-License-Identifier: Apache-2.0
/* holt import: an image of a tar archive of a root. */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/loaded.h"
#include "image/job.h"
#include "oci/reference.h"

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

/* Without a host it is localhost's: no registry has it. */
must_check static int read_name(const char *word, char **ret, struct error *err)
{
	struct reference reference = { 0 };

	if (reference_parse(word, &reference, err) < 0)
		return -err->code;
	if (digest_is_set(&reference.digest)) {
		reference_clear(&reference);
		return error_say(err, EINVAL,
				 "%s: a digest can't be chosen, only a tag",
				 word);
	}
	if (!reference.domain)
		reference.domain = xstrdup("localhost");
	reference_complete(&reference);
	*ret = reference_name(&reference);
	reference_clear(&reference);
	return 0;
}

static void add_text(struct json_object *object, const char *key,
		     const char *text)
{
	if (text)
		json_object_object_add(object, key,
				       json_object_new_string(text));
}

static struct json_object *make_request(const struct import_settings *settings,
					const char *input, const char *name)
{
	struct json_object *request = json_object_new_object();
	struct json_object *changes = json_object_new_array();
	struct json_object *platform = json_object_new_object();
	auto_free char *message = xasprintf("Imported from %s", input);

	add_text(request, "message",
		 settings->message ? settings->message : message);
	add_text(request, "name", name);
	for (size_t i = 0; i < settings->changes.count; i++)
		json_object_array_add(
			changes,
			json_object_new_string(settings->changes.items[i]));
	json_object_object_add(request, "changes", changes);
	add_text(platform, "os", settings->os);
	add_text(platform, "architecture", settings->arch);
	add_text(platform, "variant", settings->variant);
	json_object_object_add(request, "platform", platform);
	return request;
}

/* @words: the archive, and perhaps a name */
must_check static int import(const struct import_settings *settings,
			     char *const *words, struct error *err)
{
	auto_with(store_close) struct store store = { .fd = -1, .lock = -1 };
	auto_with(loaded_clear) struct loaded loaded = { .store = &store };
	auto_json struct json_object *request = NULL;
	auto_free char *name = NULL;
	auto_close int fd = -1;

	if (words[1] && read_name(words[1], &name, err) < 0)
		return -err->code;
	fd = open_input(words[0], err);
	if (fd < 0 || store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;
	request = make_request(settings, words[0], name);

	const int fds[] = { store.fd, fd };

	if (job_run(&(struct job_order){ .name = "import",
					 .request = request,
					 .fds = fds,
					 .fd_count = ARRAY_COUNT(fds) },
		    loaded_heard, &loaded, err) < 0)
		return -err->code;
	for (size_t i = 0; i < loaded.ids.count; i++)
		(void)printf("sha256:%s\n", loaded.ids.items[i]);
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
