// SPDX-License-Identifier: Apache-2.0
#include "oci/spec_read.h"

#include <limits.h>
#include <string.h>

#include "base/fd.h"
#include "oci/spec_read_parts.h"

enum { CONFIG_MAX = 16 << 20, HOSTNAME_LENGTH_MAX = 64 };

/* Digits, and what follows them; NULL without any. */
static const char *skip_number(const char *text)
{
	size_t length = strspn(text, "0123456789");
	bool is_padded = *text == '0' && length > 1;

	return length > 0 && !is_padded ? text + length : NULL;
}

/* "rc.1": words of letters, digits and dashes, none of them empty. */
static const char *skip_words(const char *text)
{
	for (;;) {
		size_t length = strspn(text, "0123456789-"
					     "abcdefghijklmnopqrstuvwxyz"
					     "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (length == 0)
			return NULL;
		text += length;
		if (*text != '.')
			return text;
		text++;
	}
}

/* "1.2.3", "1.2.3-rc.1", "1.2.3+dev": semver.org */
static bool is_version(const char *text)
{
	for (int part = 0; part < 3; part++) {
		text = skip_number(text);
		if (!text || (part < 2 && *text++ != '.'))
			return false;
	}
	if (*text == '-')
		text = skip_words(text + 1);
	if (text && *text == '+')
		text = skip_words(text + 1);
	return text && !*text;
}

static int read_version(const struct json_node *node, void *target,
			struct error *err)
{
	const char *version;

	(void)target;
	if (json_get_string(node, &version, err) < 0)
		return -err->code;
	if (!is_version(version))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no version, such as 1.2.0",
				 version);
	if (strncmp(version, "1.", 2) != 0)
		return json_fail(
			err, node, EINVAL,
			"version %s of the specification is not supported, 1.x is",
			version);
	return 0;
}

/* A name that the uts namespace holds; empty is not given. */
static int read_uts_name(const struct json_node *node, char **ret,
			 const struct spec *spec, struct error *err)
{
	const char *name;

	if (json_get_string(node, &name, err) < 0)
		return -err->code;
	if (!*name)
		return 0;
	if (strlen(name) > HOSTNAME_LENGTH_MAX)
		return json_fail(err, node, EINVAL, "longer than %d characters",
				 HOSTNAME_LENGTH_MAX);
	if (!spec->namespaces[NS_UTS].wanted)
		return json_fail(
			err, node, EINVAL,
			"needs a uts namespace, and /linux/namespaces has none");
	*ret = xstrdup(name);
	return 0;
}

static int read_hostname(const struct json_node *node, void *target,
			 struct error *err)
{
	struct spec *spec = target;

	return read_uts_name(node, &spec->hostname, spec, err);
}

static int read_domainname(const struct json_node *node, void *target,
			   struct error *err)
{
	struct spec *spec = target;

	return read_uts_name(node, &spec->domainname, spec, err);
}

static int read_annotation(const struct json_node *node, void *target,
			   struct error *err)
{
	static const char *const handlers[] = {
		"run.oci.handler",
		"module.wasm.image/variant",
	};
	struct spec *spec = target;
	const char *value;

	if (json_get_string(node, &value, err) < 0)
		return -err->code;
	if (!*node->key)
		return json_fail(err, node, EINVAL, "empty key");
	/* Running it as if it were a program would be worse. */
	for (size_t i = 0; i < ARRAY_COUNT(handlers); i++)
		if (!strcmp(node->key, handlers[i]))
			return json_fail(err, node, EOPNOTSUPP,
					 "handler \"%s\" is not supported",
					 value);
	strv_addf(&spec->annotations, "%s=%s", node->key, value);
	return 0;
}

static const struct json_row root_rows[] = {
	{ .key = "path",
	  .kind = JSON_READ,
	  .read = spec_read_path,
	  .offset = offsetof(struct spec, root.path),
	  .required = true },
	{ .key = "readonly", JSON_MEMBER(struct spec, root.readonly) },
	{ 0 },
};

/* Annotations of crun's about seccomp: where a listener is, unless the profile
 * itself says it, and that names of system calls have to be known.
 */
static void settle_seccomp(struct spec *spec)
{
	static const char receiver[] = "run.oci.seccomp.receiver=";
	static const char strict[] = "run.oci.seccomp_fail_unknown_syscall=";
	struct seccomp_profile *profile = &spec->seccomp;
	const char *found = strv_find_prefix(&spec->annotations, receiver);

	if (found && !profile->listener_path)
		profile->listener_path = xstrdup(found + strlen(receiver));
	found = strv_find_prefix(&spec->annotations, strict);
	profile->fail_unknown =
		found && strcmp(found + strlen(strict), "0") != 0;
}

/* "linux" before the names that ask for a namespace */
static const struct json_row config_rows[] = {
	{ .key = "ociVersion", .kind = JSON_READ, .read = read_version },
	{ .key = "root",
	  .kind = JSON_OBJECT,
	  .rows = root_rows,
	  .required = true },
	{ .key = "process", .kind = JSON_READ, .read = spec_read_process },
	{ .key = "mounts", .kind = JSON_EACH, .read = spec_read_mount },
	{ .key = "linux", .kind = JSON_READ, .read = spec_read_linux },
	{ .key = "hostname", .kind = JSON_READ, .read = read_hostname },
	{ .key = "domainname", .kind = JSON_READ, .read = read_domainname },
	{ .key = "annotations", .kind = JSON_ENTRIES, .read = read_annotation },
	{ .key = "hooks", .kind = JSON_READ, .read = spec_read_hooks },
	{ 0 },
};

/* Paths on the host may be given from the bundle on. */
static void anchor(char **path, const char *bundle)
{
	if (!*path || **path == '/')
		return;

	char *full = xasprintf("%s/%s", bundle, *path);

	free(*path);
	*path = full;
}

static bool is_bind(const struct spec_mount *mount)
{
	if (mount->type && !strcmp(mount->type, "bind"))
		return true;
	for (size_t i = 0; i < mount->options.count; i++)
		if (!strcmp(mount->options.items[i], "bind") ||
		    !strcmp(mount->options.items[i], "rbind"))
			return true;
	return false;
}

int spec_read_text(const char *text, const char *bundle, struct spec *ret,
		   struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, strlen(text), &document, err) < 0)
		return -err->code;

	struct json_node root = { .value = document };

	if (json_read_object(&root, config_rows, ret, err) < 0)
		return -err->code;
	if (!json_has(&root, "ociVersion"))
		strv_addf(&ret->deviations,
			  "config: ociVersion is missing, taken as 1.0.0");
	/* Something has to be there to be set up as; it never runs. */
	if (!ret->has_process && !ret->process.cwd)
		ret->process.cwd = xstrdup("/");
	settle_seccomp(ret);
	anchor(&ret->root.path, bundle);
	for (size_t i = 0; i < ret->mount_count; i++)
		if (is_bind(&ret->mounts[i]))
			anchor(&ret->mounts[i].source, bundle);
	return 0;
}

int spec_read_process_text(const char *text, struct spec *ret,
			   struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, strlen(text), &document, err) < 0)
		return -err->code;

	struct json_node root = { .value = document };

	return spec_read_process(&root, ret, err);
}

int spec_read_resources_text(const char *text, struct spec_resources *ret,
			     struct error *err)
{
	auto_json struct json_object *document = NULL;

	if (json_parse(text, strlen(text), &document, err) < 0)
		return -err->code;

	struct json_node root = { .value = document };

	return spec_read_resources(&root, ret, err);
}

int spec_read_bundle(const char *bundle, struct spec *ret, struct error *err)
{
	auto_free char *directory = realpath(bundle, NULL);
	auto_free char *text = NULL;
	size_t size;

	if (!directory)
		return error_set(err, errno, "bundle %s", bundle);

	auto_free char *path = xasprintf("%s/config.json", directory);

	if (file_read_text(path, CONFIG_MAX, &text, &size, err) < 0)
		return -err->code;
	if (strlen(text) != size)
		return error_say(err, EINVAL, "%s: a NUL character", path);
	if (spec_read_text(text, directory, ret, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}
