// SPDX-License-Identifier: Apache-2.0
#include "network/definition.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <json.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "base/timestamp.h"

enum { FILE_MAX = 65536, MTU_DEFAULT = 1500, NAME_LENGTH_MAX = 128 };
enum { SUBNETS = 256, ID_BYTES = 32 };

void definition_clear(struct definition *definition)
{
	free(definition->name);
	free(definition->id);
	free(definition->created);
	strv_clear(&definition->labels);
	*definition = (struct definition){ 0 };
}

int definition_check_name(const char *name, struct error *err)
{
	static const char *const taken[] = { "none",        "host",  "slirp",
					     "slirp4netns", "pasta", "private",
					     "container",   "ns",    "default",
					     "bridge" };
	bool good = isalnum((unsigned char)name[0]) &&
		    strlen(name) <= NAME_LENGTH_MAX;

	for (const char *c = name; *c; c++)
		good &= isalnum((unsigned char)*c) || strchr("_.-", *c);
	if (!good)
		return error_say(
			err, EINVAL,
			"'%s' is not a network's name: letters, digits, _ . and -, a letter or digit first, at most %d",
			name, NAME_LENGTH_MAX);
	for (size_t i = 0; i < ARRAY_COUNT(taken); i++)
		if (!strcmp(taken[i], name))
			return error_say(
				err, EINVAL,
				"a network can't be called '%s', which --network has another meaning for",
				name);
	return 0;
}

/* Make the directories of @path, from its character @from on. */
must_check static int make_directories(const char *path, size_t from,
				       struct error *err)
{
	for (const char *end = path + from; *end; end += strcspn(end, "/")) {
		auto_free char *part = NULL;

		end += *end == '/';
		part = xstrndup(path, (size_t)(end - path) + strcspn(end, "/"));
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return error_set(err, errno, "make %s", part);
	}
	return 0;
}

/* Return: path, owned by the caller; NULL: there is none */
static char *find_directory(struct error *err)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data && *data == '/')
		return xasprintf("%s/holt/networks", data);
	if (geteuid() == 0)
		return xstrdup("/var/lib/holt/networks");
	if (home && *home == '/')
		return xasprintf("%s/.local/share/holt/networks", home);
	(void)error_say(
		err, ENOENT,
		"neither HOME nor XDG_DATA_HOME says where networks are kept");
	return NULL;
}

static int read_subnet(const struct json_node *node, void *target,
		       struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	return subnet_parse(text, target) < 0
		       ? json_fail(err, node, EINVAL, "no range of addresses")
		       : 0;
}

static int read_label(const struct json_node *node, void *target,
		      struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	strv_addf(target, "%s=%s", node->key, text);
	return 0;
}

static const struct json_row rows[] = {
	{ "name", JSON_MEMBER(struct definition, name), .required = true },
	{ "id", JSON_MEMBER(struct definition, id), .required = true },
	{ "created", JSON_MEMBER(struct definition, created),
	  .required = true },
	{ "subnet", JSON_READ, true, offsetof(struct definition, subnet),
	  .read = read_subnet },
	{ "subnet6", JSON_READ, false, offsetof(struct definition, subnet6),
	  .read = read_subnet },
	{ "mtu", JSON_MEMBER(struct definition, mtu), .required = true },
	{ "internal", JSON_MEMBER(struct definition, internal) },
	{ "labels", JSON_ENTRIES, false, offsetof(struct definition, labels),
	  .read = read_label },
	{ 0 },
};

must_check static int read_path(const char *path, struct definition *ret,
				struct error *err)
{
	auto_json struct json_object *document = NULL;
	auto_free char *text = NULL;
	size_t size;

	if (file_read_text(path, FILE_MAX, &text, &size, err) < 0)
		return -err->code;
	if (json_parse(text, size, &document, err) < 0 ||
	    json_read_object(&(struct json_node){ .value = document }, rows,
			     ret, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

int definition_list(struct strv *ret, struct error *err)
{
	auto_free char *path = find_directory(err);
	struct dirent *entry;
	DIR *directory;

	if (!path)
		return -ENOENT;
	directory = opendir(path);
	if (!directory)
		return errno == ENOENT ? 0 : error_set(err, errno, "%s", path);
	while ((entry = readdir(directory))) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && !strcmp(entry->d_name + length - 5, ".json"))
			strv_add(ret, xstrndup(entry->d_name, length - 5));
	}
	closedir(directory);
	strv_sort(ret);
	return 0;
}

must_check static int read_named(const char *name, struct definition *ret,
				 struct error *err)
{
	auto_free char *directory = find_directory(err);
	auto_free char *path = NULL;

	if (!directory)
		return -ENOENT;
	path = xasprintf("%s/%s.json", directory, name);
	return read_path(path, ret, err);
}

must_check static int read_by_id(const char *id, struct definition *ret,
				 struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (definition_list(&names, err) < 0)
		return -err->code;
	for (size_t i = 0; *id && i < names.count; i++) {
		if (read_named(names.items[i], ret, err) < 0)
			return -err->code;
		if (!strncmp(ret->id, id, strlen(id)))
			return 0;
		definition_clear(ret);
	}
	return error_say(err, ENOENT, "network '%s' not found", id);
}

int definition_read(const char *name, struct definition *ret, struct error *err)
{
	struct error ignored;
	int result;

	if (definition_check_name(name, &ignored) < 0)
		return error_say(err, ENOENT, "network '%s' not found", name);
	result = read_named(name, ret, err);
	if (result != -ENOENT)
		return result;
	definition_clear(ret);
	return read_by_id(name, ret, err);
}

static bool is_free(const struct subnet *subnet, const struct strv *names,
		    const char **ret_owner)
{
	for (size_t i = 0; i < names->count; i++) {
		auto_with(definition_clear) struct definition other = { 0 };
		struct error ignored;

		if (read_named(names->items[i], &other, &ignored) == 0 &&
		    (subnet_overlaps(subnet, &other.subnet) ||
		     subnet_overlaps(subnet, &other.subnet6))) {
			*ret_owner = names->items[i];
			return false;
		}
	}
	return true;
}

/* Does an interface of the host have an address in there? */
static bool is_of_host(const struct subnet *subnet)
{
	struct ifaddrs *all = NULL;
	bool found = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		struct subnet one = { .family = AF_INET, .prefix = 32 };
		struct sockaddr_in address;

		if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&address, at->ifa_addr, sizeof(address));
		memcpy(one.bytes, &address.sin_addr, 4);
		found |= subnet_overlaps(&one, subnet);
	}
	freeifaddrs(all);
	return found;
}

/* 10.89.0.0/24 and so on, as podman has them. */
must_check static int choose_subnet(const struct strv *names,
				    struct subnet *ret, struct error *err)
{
	const char *ignored;

	for (unsigned int i = 0; i < SUBNETS; i++) {
		*ret = (struct subnet){ .family = AF_INET,
					.bytes = { 10, 89, (uint8_t)i },
					.prefix = 24 };
		if (is_free(ret, names, &ignored) && !is_of_host(ret))
			return 0;
	}
	return error_say(
		err, ENOSPC,
		"no range of 10.89.0.0/16 is free: choose one with --subnet");
}

must_check static int fill(struct definition *definition,
			   const struct strv *names, struct error *err)
{
	unsigned char random[ID_BYTES];
	const char *owner;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return error_set(err, errno, "make an id");
	definition->id = xcalloc(2 * ID_BYTES + 1, 1);
	for (size_t i = 0; i < ID_BYTES; i++) {
		definition->id[2 * i] = "0123456789abcdef"[random[i] >> 4];
		definition->id[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
	}
	definition->created = timestamp();
	if (!definition->mtu)
		definition->mtu = MTU_DEFAULT;
	/* RFC 4193: the bits behind fd are random. */
	if (definition->subnet6.family == AF_INET6 &&
	    !definition->subnet6.prefix) {
		definition->subnet6.prefix = 64;
		definition->subnet6.bytes[0] = 0xfd;
		memcpy(definition->subnet6.bytes + 1, random, 7);
	}
	if (!definition->subnet.family)
		return choose_subnet(names, &definition->subnet, err);
	if (!is_free(&definition->subnet, names, &owner))
		return error_say(err, EEXIST,
				 "its range is used by the network '%s'",
				 owner);
	return 0;
}

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

static void put_subnet(struct json_object *object, const char *key,
		       const struct subnet *subnet)
{
	char text[SUBNET_TEXT_MAX];

	if (!subnet->family)
		return;
	subnet_format(subnet, text);
	put(object, key, json_object_new_string(text));
}

static struct json_object *labels_json(const struct strv *labels)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < labels->count; i++) {
		const char *item = labels->items[i];
		size_t length = strcspn(item, "=");
		auto_free char *key = xstrndup(item, length);

		put(object, key,
		    json_object_new_string(item + length +
					   (item[length] == '=')));
	}
	return object;
}

/* What is in the file. */
static struct json_object *to_json(const struct definition *definition)
{
	struct json_object *object = json_object_new_object();

	put(object, "name", json_object_new_string(definition->name));
	put(object, "id", json_object_new_string(definition->id));
	put(object, "created", json_object_new_string(definition->created));
	put_subnet(object, "subnet", &definition->subnet);
	put_subnet(object, "subnet6", &definition->subnet6);
	put(object, "mtu", json_object_new_int64(definition->mtu));
	put(object, "internal", json_object_new_boolean(definition->internal));
	put(object, "labels", labels_json(&definition->labels));
	return object;
}

struct json_object *definition_json(const struct definition *definition)
{
	const struct subnet *const subnets[] = { &definition->subnet,
						 &definition->subnet6 };
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct json_object *options = json_object_new_object();
	auto_free char *mtu = xasprintf("%u", definition->mtu);

	for (size_t i = 0; i < ARRAY_COUNT(subnets); i++) {
		struct json_object *one;

		if (!subnets[i]->family)
			continue;
		one = json_object_new_object();
		put_subnet(one, "subnet", subnets[i]);
		(void)json_object_array_add(list, one);
	}
	put(options, "mtu", json_object_new_string(mtu));
	put(object, "name", json_object_new_string(definition->name));
	put(object, "id", json_object_new_string(definition->id));
	put(object, "driver", json_object_new_string("bridge"));
	put(object, "created", json_object_new_string(definition->created));
	put(object, "subnets", list);
	put(object, "ipv6_enabled",
	    json_object_new_boolean(definition->subnet6.family != 0));
	put(object, "internal", json_object_new_boolean(definition->internal));
	put(object, "dns_enabled", json_object_new_boolean(true));
	put(object, "labels", labels_json(&definition->labels));
	put(object, "options", options);
	return object;
}

must_check static int write_new(const struct definition *definition,
				const char *directory, struct error *err)
{
	auto_json struct json_object *object = to_json(definition);
	auto_free char *path =
		xasprintf("%s/%s.json", directory, definition->name);
	const char *text =
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY);
	auto_free char *copy = xstrdup(text);
	const struct iovec part = { copy, strlen(copy) };
	int result;

	if (access(path, F_OK) == 0)
		return error_say(err, EEXIST,
				 "network name %s already used: it exists",
				 definition->name);
	result = file_put_durable(AT_FDCWD, path, &part, 1, 0600);
	return result < 0 ? error_set(err, -result, "write %s", path) : 0;
}

int definition_make(struct definition *definition, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	auto_free char *directory = find_directory(err);

	if (!directory)
		return -ENOENT;
	if (definition_check_name(definition->name, err) < 0 ||
	    make_directories(directory, 1, err) < 0)
		return -err->code;

	/* Two who choose a range at once would choose the same. */
	auto_close int lock =
		open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return error_set(err, errno, "lock %s", directory);
	if (definition_list(&names, err) < 0 ||
	    fill(definition, &names, err) < 0)
		return -err->code;
	return write_new(definition, directory, err);
}

int definition_remove(const struct definition *definition, struct error *err)
{
	auto_free char *directory = find_directory(err);
	auto_free char *path = NULL;

	if (!directory)
		return -ENOENT;
	path = xasprintf("%s/%s.json", directory, definition->name);
	if (unlink(path) < 0)
		return error_set(err, errno, "remove %s", path);
	return 0;
}
