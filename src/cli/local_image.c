// SPDX-License-Identifier: Apache-2.0
#include "cli/local_image.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "cli/archive_file.h"
#include "image/job.h"
#include "oci/reference.h"

static void add_text(struct json_object *object, const char *key,
		     const char *text)
{
	if (text)
		json_object_object_add(object, key,
				       json_object_new_string(text));
}

int local_load(const struct local_source *source, struct loaded *loaded,
	       struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	const int fds[] = { loaded->store->fd, source->fd };

	add_text(request, "format", source->format ? source->format : "auto");
	add_text(request, "name", source->name);
	json_object_object_add(request, "single",
			       json_object_new_boolean(source->single));
	if (source->platform)
		json_object_object_add(request, "platform",
				       platform_json(source->platform));
	return job_run(&(struct job_order){ .name = "load",
					    .request = request,
					    .fds = fds,
					    .fd_count = ARRAY_COUNT(fds) },
		       loaded_heard, loaded, err);
}

/* "localhost/PATH:latest"; owned. "": it makes no name. */
static char *name_by_path(const char *path)
{
	auto_with(reference_clear) struct reference name = { 0 };
	auto_free char *text = NULL;
	struct error ignored;

	path += strspn(path, "./");
	text = xasprintf("localhost/%s", path);
	for (char *end = text + strlen(text); end[-1] == '/'; end--)
		end[-1] = '\0';
	if (reference_parse(text, &name, &ignored) < 0)
		return xstrdup("");
	reference_complete(&name);
	return reference_name(&name);
}

int local_pull(const struct transport *from, const struct platform *platform,
	       struct loaded *loaded, struct error *err)
{
	auto_close int fd = open(from->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	auto_free char *called =
		from->kind == TRANSPORT_OCI ? name_by_path(from->path) : NULL;

	if (fd < 0)
		return error_set(err, errno, "open %s", from->path);

	const struct local_source source = {
		.format = transport_format(from->kind),
		.name = from->name,
		.platform = platform,
		.single = true,
		.fd = fd,
	};
	int result;

	loaded->called = called;
	loaded->moves_names = true;
	result = local_load(&source, loaded, err);
	loaded->called = NULL;
	return result < 0 ? error_wrap(err, "%s", from->path) : 0;
}

/* Docker's archives have whole names; a layout's are any words. */
must_check static int add_names(const struct transport *to,
				const char *found_by, struct json_object *names,
				struct error *err)
{
	auto_with(reference_clear) struct reference name = { 0 };
	auto_free char *text = NULL;

	if (to->kind != TRANSPORT_DOCKER_ARCHIVE) {
		if (to->name)
			json_object_array_add(names,
					      json_object_new_string(to->name));
		return 0;
	}
	if (!to->name && !found_by)
		return 0;
	if (reference_parse(to->name ? to->name : found_by, &name, err) < 0)
		return -err->code;
	reference_complete(&name);
	text = reference_name(&name);
	json_object_array_add(names, json_object_new_string(text));
	return 0;
}

must_check static int make_request(const struct transport *to,
				   const struct found_image *image,
				   struct json_object *request,
				   struct error *err)
{
	struct json_object *images = json_object_new_array();
	struct json_object *entry = json_object_new_object();
	struct json_object *names = json_object_new_array();

	json_object_object_add(request, "images", images);
	json_object_array_add(images, entry);
	json_object_object_add(entry, "names", names);
	add_text(request, "format", transport_format(to->kind));
	add_text(entry, "manifest", image->image.manifest.text);
	return add_names(to, image->name, names, err);
}

must_check static int save(const struct store *store,
			   struct json_object *request, int fd,
			   struct error *err)
{
	const int fds[] = { store->fd, fd };

	return job_run(&(struct job_order){ .name = "save",
					    .request = request,
					    .fds = fds,
					    .fd_count = ARRAY_COUNT(fds) },
		       NULL, NULL, err);
}

/* As mkdir -p does. Return: descriptor, negative errno */
must_check static int make_directory(const char *path, struct error *err)
{
	auto_free char *copy = xstrdup(path);
	int fd;

	for (char *slash = copy; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return error_set(err, errno, "make directory %s", copy);
		*slash = '/';
	}
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return error_set(err, errno, "make directory %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

must_check static int save_directory(const struct store *store,
				     struct json_object *request,
				     const char *path, struct error *err)
{
	auto_close int fd = make_directory(path, err);

	json_object_object_add(request, "add", json_object_new_boolean(true));
	return fd < 0 || save(store, request, fd, err) < 0 ? -err->code : 0;
}

must_check static int save_archive(const struct store *store,
				   struct json_object *request,
				   const char *path, struct error *err)
{
	auto_with(archive_file_clear) struct archive_file file =
		ARCHIVE_FILE_NONE;

	if (archive_file_open(path, &file, err) < 0 ||
	    save(store, request, file.fd, err) < 0)
		return -err->code;
	return archive_file_commit(&file, err);
}

static bool has_content(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

int local_save(const struct store *store, const struct found_image *image,
	       const struct transport *to, struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	int result;

	if (to->kind == TRANSPORT_DOCKER_ARCHIVE && has_content(to->path))
		return error_say(
			err, EEXIST,
			"%s is there already, and docker's archives can't be added to: remove it first",
			to->path);
	if (make_request(to, image, request, err) < 0)
		return -err->code;
	result = to->kind == TRANSPORT_OCI || to->kind == TRANSPORT_DIR
			 ? save_directory(store, request, to->path, err)
			 : save_archive(store, request, to->path, err);
	return result < 0 ? error_wrap(err, "%s", to->path) : 0;
}
