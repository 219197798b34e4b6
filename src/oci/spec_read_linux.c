// SPDX-License-Identifier: Apache-2.0
/* "linux": namespaces, ids, kernel settings, masks. */
#include <stdlib.h>
#include <string.h>

#include "oci/seccomp_read.h"
#include "oci/spec_read_parts.h"
#include "oci/sysctl.h"

/* The specification's words, then others that people write. */
static const struct namespace_word {
	const char *word;
	enum ns_type type;
	bool is_alias;
} namespace_words[] = {
	{ "user", NS_USER, false },       { "pid", NS_PID, false },
	{ "network", NS_NETWORK, false }, { "mount", NS_MOUNT, false },
	{ "ipc", NS_IPC, false },         { "uts", NS_UTS, false },
	{ "cgroup", NS_CGROUP, false },   { "time", NS_TIME, false },
	{ "net", NS_NETWORK, true },      { "mnt", NS_MOUNT, true },
};

struct namespace_entry {
	const struct namespace_word *word;
	char *path;
};

static int read_namespace_type(const struct json_node *node, void *target,
			       struct error *err)
{
	struct namespace_entry *entry = target;
	const struct namespace_word *found = NULL;
	const char *word;

	if (json_get_string(node, &word, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ARRAY_COUNT(namespace_words) && !found; i++)
		if (!strcmp(namespace_words[i].word, word))
			found = &namespace_words[i];
	if (!found)
		return json_fail(err, node, EINVAL, "unknown namespace \"%s\"",
				 word);
	entry->word = found;
	return 0;
}

/* An empty path is none. */
static int read_namespace_path(const struct json_node *node, void *target,
			       struct error *err)
{
	return json_is_empty(node) ? 0 : spec_read_absolute(node, target, err);
}

static int read_namespace(const struct json_node *node, void *target,
			  struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "type",
		  .kind = JSON_READ,
		  .read = read_namespace_type,
		  .required = true },
		{ .key = "path",
		  .kind = JSON_READ,
		  .read = read_namespace_path,
		  .offset = offsetof(struct namespace_entry, path) },
		{ 0 },
	};
	struct spec *spec = target;
	const struct namespace_word *word;
	struct namespace_entry entry = { 0 };
	int result = json_read_object(node, rows, &entry, err);
	auto_free char *path = entry.path;

	if (result < 0)
		return result;
	word = &namespace_words[entry.word->type];
	if (entry.word->is_alias)
		strv_addf(&spec->deviations,
			  "config: namespace \"%s\" is called \"%s\"",
			  entry.word->word, word->word);
	if (spec->namespaces[word->type].wanted)
		return json_fail(err, node, EINVAL,
				 "the %s namespace is given twice", word->word);
	spec->namespaces[word->type].wanted = true;
	spec->namespaces[word->type].path = steal_ptr(&path);
	return 0;
}

static int add_mapping(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "containerID",
		  JSON_MEMBER(struct id_extent, inside),
		  .required = true },
		{ .key = "hostID",
		  JSON_MEMBER(struct id_extent, outside),
		  .required = true },
		{ .key = "size",
		  JSON_MEMBER(struct id_extent, count),
		  .required = true },
		{ 0 },
	};
	struct id_extent extent;

	if (json_read_object(node, rows, &extent, err) < 0)
		return -err->code;
	if (extent.count == 0)
		return json_fail(err, node, EINVAL, "size 0");
	id_map_add(target, extent.inside, extent.outside, extent.count);
	return 0;
}

static int compare_extents(const void *a, const void *b)
{
	const struct id_extent *x = a, *y = b;

	return x->inside < y->inside ? -1 : x->inside > y->inside;
}

must_check static int read_mappings(const struct json_node *node,
				    struct id_map *map, const char *what,
				    struct error *err)
{
	if (json_read_each(node, add_mapping, map, err) < 0)
		return -err->code;
	if (map->count == 0)
		return 0;
	qsort(map->extents, map->count, sizeof(*map->extents), compare_extents);
	if (id_map_validate(map, what, err) < 0)
		return json_wrap(err, node);
	return 0;
}

int spec_read_uid_mappings(const struct json_node *node, void *target,
			   struct error *err)
{
	return read_mappings(node, target, "uid", err);
}

int spec_read_gid_mappings(const struct json_node *node, void *target,
			   struct error *err)
{
	return read_mappings(node, target, "gid", err);
}

static int read_sysctl(const struct json_node *node, void *target,
		       struct error *err)
{
	struct spec *spec = target;
	const char *value;

	if (json_get_string(node, &value, err) < 0)
		return -err->code;

	if (sysctl_check(node->key, spec->namespaces, err) < 0)
		return json_wrap(err, node);

	auto_free char *key = sysctl_key(node->key);

	spec_add_sysctl(spec, key, value);
	return 0;
}

static int read_propagation(const struct json_node *node, void *target,
			    struct error *err)
{
	static const char *const words[] = {
		"private",  "shared",  "slave",  "unbindable",
		"rprivate", "rshared", "rslave", "runbindable",
	};
	char **ret = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (!*text)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(words[i], text)) {
			*ret = xstrdup(text);
			return 0;
		}
	return json_fail(err, node, EINVAL, "unknown propagation \"%s\"", text);
}

static int add_path(const struct json_node *node, void *target,
		    struct error *err)
{
	auto_free char *path = NULL;

	if (spec_read_absolute(node, &path, err) < 0)
		return -err->code;
	strv_add(target, steal_ptr(&path));
	return 0;
}

static int read_seccomp(const struct json_node *node, void *target,
			struct error *err)
{
	return seccomp_read_node(node, NULL, target, err);
}

/* Namespaces first: sysctls ask for them. */
static const struct json_row linux_rows[] = {
	{ .key = "namespaces", .kind = JSON_EACH, .read = read_namespace },
	{ .key = "uidMappings",
	  .kind = JSON_READ,
	  .read = spec_read_uid_mappings,
	  .offset = offsetof(struct spec, uids) },
	{ .key = "gidMappings",
	  .kind = JSON_READ,
	  .read = spec_read_gid_mappings,
	  .offset = offsetof(struct spec, gids) },
	{ .key = "devices", .kind = JSON_EACH, .read = spec_read_device },
	{ .key = "sysctl", .kind = JSON_ENTRIES, .read = read_sysctl },
	{ .key = "rootfsPropagation",
	  .kind = JSON_READ,
	  .read = read_propagation,
	  .offset = offsetof(struct spec, rootfs_propagation) },
	{ .key = "maskedPaths",
	  .kind = JSON_EACH,
	  .read = add_path,
	  .offset = offsetof(struct spec, masked_paths) },
	{ .key = "readonlyPaths",
	  .kind = JSON_EACH,
	  .read = add_path,
	  .offset = offsetof(struct spec, readonly_paths) },
	{ .key = "seccomp",
	  .kind = JSON_READ,
	  .read = read_seccomp,
	  .offset = offsetof(struct spec, seccomp) },
	{ .key = "cgroupsPath", JSON_MEMBER(struct spec, cgroups_path) },
	{ .key = "resources",
	  .kind = JSON_READ,
	  .read = spec_read_resources,
	  .offset = offsetof(struct spec, resources) },
	{ .key = "timeOffsets",
	  .kind = JSON_ENTRIES,
	  .read = spec_read_time_offset },
	{ .key = "netDevices",
	  .kind = JSON_ENTRIES,
	  .read = spec_read_net_device },
	{ .key = "mountLabel", JSON_MEMBER(struct spec, mount_label) },
	{ .key = "personality",
	  .kind = JSON_READ,
	  .read = spec_read_personality },
	{ .key = "intelRdt",
	  .kind = JSON_READ,
	  .read = spec_read_intel_rdt,
	  .offset = offsetof(struct spec, intel_rdt) },
	{ .key = "memoryPolicy",
	  .kind = JSON_READ,
	  .read = spec_read_memory_policy,
	  .offset = offsetof(struct spec, memory_policy) },
	{ 0 },
};

/* Engines write "" for what isn't set. */
static void forget_empty(char **text)
{
	if (*text && !**text) {
		free(*text);
		*text = NULL;
	}
}

int spec_read_linux(const struct json_node *node, void *target,
		    struct error *err)
{
	struct spec *spec = target;

	if (json_read_object(node, linux_rows, spec, err) < 0)
		return -err->code;
	forget_empty(&spec->cgroups_path);
	forget_empty(&spec->mount_label);
	if ((spec->monotonic.is_set || spec->boottime.is_set) &&
	    !spec->namespaces[NS_TIME].wanted)
		return json_fail(err, node, EINVAL,
				 "timeOffsets need a time namespace");
	if (!spec->uids.count != !spec->gids.count)
		return json_fail(err, node, EINVAL,
				 "uidMappings and gidMappings go together");
	if (spec->uids.count && !spec->namespaces[NS_USER].wanted)
		return json_fail(err, node, EINVAL,
				 "uidMappings need a user namespace");
	if ((spec->masked_paths.count || spec->readonly_paths.count) &&
	    !spec->namespaces[NS_MOUNT].wanted)
		return json_fail(
			err, node, EINVAL,
			"maskedPaths and readonlyPaths need a mount namespace");
	return 0;
}
