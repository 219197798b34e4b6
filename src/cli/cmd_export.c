// SPDX-License-Identifier: Apache-2.0
/* holt export: the files of a running container as an archive. */
#include <json-c/json.h>

#include "base/cleanup.h"
#include "cli/archive_file.h"
#include "cli/commands.h"
#include "container/name.h"
#include "container/tree.h"
#include "image/job.h"

struct export_settings {
	const char *output;
};

static const struct option_row export_options[] = {
	{
		.name = "output",
		.letter = 'o',
		.value = "FILE",
		.help = "write to a file; standard output otherwise",
		.offer = OFFER_FILE,
		OPTION_FIELD(struct export_settings, output),
	},
	{ 0 },
};

must_check static int pack(const struct container_tree *tree, int to,
			   struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	const struct job_place place = { .userns = tree->userns };
	const int fds[] = { tree->root, to };

	return job_run(&(struct job_order){ .name = "pack",
					    .place = &place,
					    .request = request,
					    .fds = fds,
					    .fd_count = ARRAY_COUNT(fds) },
		       NULL, NULL, err);
}

must_check static int export(const struct export_settings *settings,
			     const char *word, struct error *err)
{
	auto_with(name_owner_clear) struct name_owner owner = NAME_OWNER_NONE;
	auto_with(container_tree_clear) struct container_tree tree =
		CONTAINER_TREE_NONE;
	auto_with(archive_file_clear) struct archive_file file =
		ARCHIVE_FILE_NONE;

	if (name_find(word, &owner, err) < 0 ||
	    container_tree_open(&owner, &tree, err) < 0 ||
	    archive_file_open(settings->output, &file, err) < 0 ||
	    pack(&tree, file.fd, err) < 0)
		return -err->code;
	return archive_file_commit(&file, err);
}

static int run(int argc, char **argv, struct error *err)
{
	struct export_settings settings = { 0 };
	int first = options_parse(&cmd_export, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (argc - first != 1)
		return error_say(err, EINVAL, "export: give one container");
	return export(&settings, argv[first], err) < 0
		       ? error_wrap(err, "export")
		       : 0;
}

const struct command cmd_export = {
	.name = "export",
	.synopsis = "[OPTION]... CONTAINER",
	.summary = "Write the files of a running container into an archive",
	.options = export_options,
	.operands = { OFFER_CONTAINER },
	.options_anywhere = true,
	.run = run,
};
