// SPDX-License-Identifier: Apache-2.0
/* holt save: images into an archive or a directory. */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/archive_file.h"
#include "cli/commands.h"
#include "image/find.h"
#include "image/job.h"

enum save_format { DOCKER_ARCHIVE, OCI_ARCHIVE, OCI_DIR, DOCKER_DIR };

struct save_settings {
	const char *output;
	enum save_format format;
	bool quiet;
	bool multi;
};

static const struct option_row save_options[] = {
	{
		.name = "format",
		.value = "FORMAT",
		.help = "docker-archive (the default), oci-archive, oci-dir or "
			"docker-dir",
		.values = OPTION_VALUES("docker-archive", "oci-archive",
					"oci-dir", "docker-dir"),
		OPTION_FIELD(struct save_settings, format),
	},
	{
		.name = "multi-image-archive",
		.letter = 'm',
		.help = "as several images always are: into one archive",
		OPTION_FIELD(struct save_settings, multi),
	},
	{
		.name = "output",
		.letter = 'o',
		.value = "FILE",
		.help = "write to a file, or make a directory; standard output "
			"otherwise",
		.offer = OFFER_FILE,
		OPTION_FIELD(struct save_settings, output),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "show no progress; there is none",
		OPTION_FIELD(struct save_settings, quiet),
	},
	{ 0 },
};

/* What holt-image calls them. */
static const char *const formats[] = {
	[DOCKER_ARCHIVE] = "docker-archive",
	[OCI_ARCHIVE] = "oci-archive",
	[OCI_DIR] = "oci",
	[DOCKER_DIR] = "dir",
};

static bool is_directory(const struct save_settings *settings)
{
	return settings->format == OCI_DIR || settings->format == DOCKER_DIR;
}

must_check static int open_directory(const char *path, struct error *err)
{
	int fd;

	if (!path)
		return error_say(
			err, EINVAL,
			"a directory needs a name: give one with --output");
	if (mkdir(path, 0777) < 0)
		return error_set(err, errno, "make directory %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

static struct json_object *find_entry(struct json_object *images,
				      const char *manifest)
{
	for (size_t i = 0; i < json_object_array_length(images); i++) {
		struct json_object *entry =
			json_object_array_get_idx(images, i);
		struct json_object *digest =
			json_object_object_get(entry, "manifest");

		if (!strcmp(json_object_get_string(digest), manifest))
			return entry;
	}
	return NULL;
}

/* An image once, with every name it was asked for by. */
static void add_image(struct json_object *images,
		      const struct found_image *found)
{
	const char *manifest = found->image.manifest.text;
	struct json_object *entry = find_entry(images, manifest);

	if (!entry) {
		entry = json_object_new_object();
		json_object_object_add(entry, "manifest",
				       json_object_new_string(manifest));
		json_object_object_add(entry, "names", json_object_new_array());
		json_object_array_add(images, entry);
	}
	if (found->name)
		json_object_array_add(json_object_object_get(entry, "names"),
				      json_object_new_string(found->name));
}

must_check static int find_images(const struct store *store, char *const *words,
				  struct json_object *images, struct error *err)
{
	for (; *words; words++) {
		auto_with(found_image_clear) struct found_image found = { 0 };

		if (image_find_or_say(store, *words, &found, err) < 0)
			return -err->code;
		add_image(images, &found);
	}
	return 0;
}

must_check static int save(const struct save_settings *settings,
			   const struct store *store,
			   struct json_object *request, struct error *err)
{
	auto_with(archive_file_clear) struct archive_file file =
		ARCHIVE_FILE_NONE;
	int fds[] = { store->fd, -1 };

	if (is_directory(settings)) {
		file.fd = open_directory(settings->output, err);
		if (file.fd < 0)
			return file.fd;
	} else if (archive_file_open(settings->output, &file, err) < 0) {
		return -err->code;
	}
	fds[1] = file.fd;
	if (job_run(&(struct job_order){ .name = "save",
					 .request = request,
					 .fds = fds,
					 .fd_count = ARRAY_COUNT(fds) },
		    NULL, NULL, err) < 0)
		return -err->code;
	return archive_file_commit(&file, err);
}

static int run(int argc, char **argv, struct error *err)
{
	struct save_settings settings = { 0 };
	auto_with(store_close) struct store store = { .fd = -1, .lock = -1 };
	auto_json struct json_object *request = json_object_new_object();
	struct json_object *images = json_object_new_array();
	int first = options_parse(&cmd_save, argc, argv, &settings, err);

	json_object_object_add(request, "images", images);
	if (first < 0)
		return first;
	if (first >= argc)
		return error_say(err, EINVAL, "save: name an image");
	json_object_object_add(
		request, "format",
		json_object_new_string(formats[settings.format]));
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    find_images(&store, argv + first, images, err) < 0 ||
	    save(&settings, &store, request, err) < 0)
		return error_wrap(err, "save");
	return 0;
}

const struct command cmd_save = {
	.name = "save",
	.synopsis = "[OPTION]... IMAGE...",
	.summary = "Write images into an archive or a directory",
	.options = save_options,
	.options_anywhere = true,
	.run = run,
};
