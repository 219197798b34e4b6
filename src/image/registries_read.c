// SPDX-License-Identifier: Apache-2.0
/* The files of registries.h. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "image/registries.h"
#include "image/toml.h"

enum { FILE_SIZE_MAX = 4 << 20 };

#define SYSTEM_DIR "/etc/containers"

static int read_use(const struct json_node *node, void *target,
		    struct error *err)
{
	static const char *const words[] = { "all", "digest-only", "tag-only" };
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (strcmp(words[i], text) == 0) {
			*(enum mirror_use *)target = (enum mirror_use)i;
			return 0;
		}
	return json_fail(err, node, EINVAL, "'%.50s' is unknown", text);
}

static int read_mirror(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "location",
		  JSON_MEMBER(struct registry_mirror, location),
		  .required = true },
		{ .key = "insecure",
		  JSON_MEMBER(struct registry_mirror, insecure) },
		{ .key = "pull-from-mirror",
		  .kind = JSON_READ,
		  .read = read_use,
		  .offset = offsetof(struct registry_mirror, use) },
		{ 0 },
	};
	struct registry_row *row = target;

	row->mirrors = xrealloc_array(row->mirrors, row->mirror_count + 1,
				      sizeof(*row->mirrors));
	row->mirrors[row->mirror_count] = (struct registry_mirror){ 0 };
	return json_read_object(node, rows, &row->mirrors[row->mirror_count++],
				err);
}

static int read_row(const struct json_node *node, void *target,
		    struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "prefix", JSON_MEMBER(struct registry_row, prefix) },
		{ .key = "location",
		  JSON_MEMBER(struct registry_row, location) },
		{ .key = "insecure",
		  JSON_MEMBER(struct registry_row, insecure) },
		{ .key = "blocked", JSON_MEMBER(struct registry_row, blocked) },
		{ .key = "mirror-by-digest-only",
		  JSON_MEMBER(struct registry_row, mirror_by_digest_only) },
		{ .key = "mirror", .kind = JSON_EACH, .read = read_mirror },
		{ 0 },
	};
	struct registries *registries = target;
	struct registry_row *row;

	registries->rows =
		xrealloc_array(registries->rows, registries->row_count + 1,
			       sizeof(*registries->rows));
	row = &registries->rows[registries->row_count++];
	*row = (struct registry_row){ 0 };
	if (json_read_object(node, rows, row, err) < 0)
		return -err->code;
	if (!row->prefix && !row->location)
		return json_fail(err, node, EINVAL,
				 "it has neither prefix nor location");
	if (!row->prefix)
		row->prefix = xstrdup(row->location);
	return 0;
}

static int read_alias(const struct json_node *node, void *target,
		      struct error *err)
{
	struct registries *registries = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	strv_add(&registries->names, xstrdup(node->key));
	strv_add(&registries->aliases, xstrdup(text));
	return 0;
}

/* The last file that says something of them says all. */
static int read_search(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "unqualified-search-registries",
		  JSON_MEMBER(struct registries, search) },
		{ 0 },
	};
	struct registries *registries = target;

	if (json_has(node, rows[0].key))
		strv_clear(&registries->search);
	return json_read_object(node, rows, registries, err);
}

int registries_read_text(const char *text, struct registries *ret,
			 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "registry", .kind = JSON_EACH, .read = read_row },
		{ .key = "aliases", .kind = JSON_ENTRIES, .read = read_alias },
		{ .key = "registries", .kind = JSON_UNSUPPORTED },
		{ 0 },
	};
	auto_json struct json_object *root = NULL;

	if (toml_parse(text, &root, err) < 0)
		return -err->code;

	struct json_node node = { .value = root };

	if (read_search(&node, ret, err) < 0)
		return -err->code;
	return json_read_object(&node, rows, ret, err);
}

/* Return: 1, 0: it isn't there, negative errno */
must_check static int read_file(const char *path, struct registries *ret,
				struct error *err)
{
	auto_free char *text = NULL;

	if (file_read_text(path, FILE_SIZE_MAX, &text, NULL, err) < 0)
		return err->code == ENOENT || err->code == ENOTDIR
			       ? 0
			       : error_wrap(err, "%s", path);
	if (registries_read_text(text, ret, err) < 0)
		return error_wrap(err, "%s", path);
	return 1;
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

must_check static int read_dir(const char *dir, struct registries *ret,
			       struct error *err)
{
	auto_free char *path = xasprintf("%s/registries.conf.d", dir);
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_conf, alphasort);
	int result = 0;

	for (int i = 0; i < count; i++) {
		auto_free char *file =
			xasprintf("%s/%s", path, entries[i]->d_name);

		if (result >= 0)
			result = read_file(file, ret, err);
		free(entries[i]);
	}
	free(entries);
	return result < 0 ? result : 0;
}

static char *user_dir(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config && config[0] == '/')
		return xasprintf("%s/containers", config);
	return xasprintf("%s/.config/containers", home ? home : "");
}

int registries_read(struct registries *ret, struct error *err)
{
	const char *named = getenv("CONTAINERS_REGISTRIES_CONF");
	auto_free char *user = user_dir();
	auto_free char *own = xasprintf("%s/registries.conf", user);
	int result;

	if (named && *named) {
		result = read_file(named, ret, err);
		if (result == 0)
			return error_set(err, ENOENT, "read %s", named);
		return result < 0 ? result : 0;
	}
	result = read_file(own, ret, err);
	if (result == 0)
		result = read_file(SYSTEM_DIR "/registries.conf", ret, err);
	if (result < 0 || read_dir(SYSTEM_DIR, ret, err) < 0 ||
	    read_dir(user, ret, err) < 0)
		return -err->code;
	return 0;
}
