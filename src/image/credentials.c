// SPDX-License-Identifier: Apache-2.0
#include "image/credentials.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "image/base64.h"
#include "image/credential_helper.h"

enum { FILE_SIZE_MAX = 4 << 20 };

#define DOCKER_KEY "https://index.docker.io/v1/"

static char *config_home(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	return config && config[0] == '/'
		       ? xstrdup(config)
		       : xasprintf("%s/.config", home ? home : "");
}

/* The files, in the order of asking; the first is the one that is written. */
static void list_files(const char *file, struct strv *ret)
{
	const char *named = getenv("REGISTRY_AUTH_FILE");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *docker = getenv("DOCKER_CONFIG");
	const char *home = getenv("HOME");
	auto_free char *config = config_home();

	if (!file && named && *named)
		file = named;
	if (file) {
		strv_addf(ret, "%s", file);
		return;
	}
	if (runtime && runtime[0] == '/')
		strv_addf(ret, "%s/containers/auth.json", runtime);
	strv_addf(ret, "%s/containers/auth.json", config);
	if (docker && *docker)
		strv_addf(ret, "%s/config.json", docker);
	else
		strv_addf(ret, "%s/.docker/config.json", home ? home : "");
}

/* Return: 1, 0: it isn't there, negative errno */
must_check static int read_file(const char *path, struct json_object **ret,
				struct error *err)
{
	auto_json struct json_object *root = NULL;
	auto_free char *text = NULL;
	struct json_node node = { 0 };
	size_t size;

	if (file_read_text(path, FILE_SIZE_MAX, &text, &size, err) < 0)
		return err->code == ENOENT || err->code == ENOTDIR
			       ? 0
			       : error_wrap(err, "%s", path);
	if (strspn(text, " \t\r\n") == size) {
		*ret = json_object_new_object();
		return 1;
	}
	if (json_parse(text, size, &root, err) < 0)
		return error_wrap(err, "%s", path);
	node.value = root;
	if (json_expect_object(&node, err) < 0)
		return error_wrap(err, "%s", path);
	*ret = steal_ptr(&root);
	return 1;
}

/* docker writes some of them as addresses: "https://HOST/v1/". Owned. */
static char *bare_key(const char *key)
{
	const char *start = strstr(key, "://");
	size_t length;

	if (!start)
		return xstrdup(key);
	start += 3;
	length = strcspn(start, "/");
	if (strncmp(start, "index.docker.io", length) == 0 && length == 15)
		return xstrdup("docker.io");
	return xstrndup(start, length);
}

/* Is what a key stands for @name, or above it? */
static bool covers(const char *key, const char *name)
{
	size_t length = strlen(key);

	return length && strncmp(key, name, length) == 0 &&
	       (!name[length] || name[length] == '/');
}

must_check static int read_pair(const char *encoded, struct credentials *ret,
				struct error *err)
{
	auto_free char *pair = NULL;
	char *colon;

	if (base64_decode(encoded, &pair) < 0 || !(colon = strchr(pair, ':')))
		return error_say(err, EINVAL, "a bad \"auth\"");
	ret->username = xstrndup(pair, (size_t)(colon - pair));
	ret->password = xstrdup(colon + 1);
	return 0;
}

struct entry {
	char *auth, *identity_token, *username, *password;
};

static void entry_clear(struct entry *entry)
{
	free(entry->auth);
	free(entry->identity_token);
	free(entry->username);
	free(entry->password);
}

must_check static int read_entry(struct json_object *value,
				 struct credentials *ret, struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "auth", JSON_MEMBER(struct entry, auth) },
		{ .key = "identitytoken",
		  JSON_MEMBER(struct entry, identity_token) },
		{ .key = "username", JSON_MEMBER(struct entry, username) },
		{ .key = "password", JSON_MEMBER(struct entry, password) },
		{ 0 },
	};
	auto_with(entry_clear) struct entry entry = { 0 };
	struct json_node node = { .value = value };

	if (json_read_object(&node, rows, &entry, err) < 0)
		return -err->code;
	if (entry.identity_token && *entry.identity_token) {
		ret->identity_token = steal_ptr(&entry.identity_token);
		return 0;
	}
	if (entry.auth && *entry.auth)
		return read_pair(entry.auth, ret, err);
	ret->username = steal_ptr(&entry.username);
	ret->password = steal_ptr(&entry.password);
	return 0;
}

/* "credHelpers" of the host, or "credsStore"; borrowed, NULL: none. */
static const char *find_helper(struct json_object *root, const char *host)
{
	struct json_object *helpers = NULL, *helper = NULL;

	if (json_object_object_get_ex(root, "credHelpers", &helpers) &&
	    json_object_object_get_ex(helpers, host, &helper))
		return json_object_get_string(helper);
	if (json_object_object_get_ex(root, "credsStore", &helper))
		return json_object_get_string(helper);
	return NULL;
}

/* What helpers, docker's, know a registry by. */
static const char *helper_key(const char *host)
{
	return strcmp(host, "docker.io") == 0 ? DOCKER_KEY : host;
}

/* The entry with the longest key; borrowed. */
static struct json_object *find_entry(struct json_object *root,
				      const char *name)
{
	struct json_object *auths = NULL, *best = NULL;
	size_t best_length = 0;

	if (!json_object_object_get_ex(root, "auths", &auths) ||
	    !json_object_is_type(auths, json_type_object))
		return NULL;
	json_object_object_foreach(auths, key, value)
	{
		auto_free char *bare = bare_key(key);

		if (covers(bare, name) && strlen(bare) > best_length) {
			best = value;
			best_length = strlen(bare);
		}
	}
	return best;
}

static bool is_empty(const struct credentials *credentials)
{
	return !credentials->username && !credentials->identity_token;
}

must_check static int find_in(struct json_object *root, const char *name,
			      struct credentials *ret, struct error *err)
{
	auto_free char *host = xstrndup(name, strcspn(name, "/"));
	struct json_object *entry = find_entry(root, name);
	const char *helper;

	if (entry && read_entry(entry, ret, err) < 0)
		return -err->code;
	helper = find_helper(root, host);
	if (!is_empty(ret) || !helper || !*helper)
		return 0;
	return credential_helper_get(helper, helper_key(host), ret, err) < 0 &&
			       err->code != ENOENT
		       ? -err->code
		       : 0;
}

must_check static int find_in_environment(const char *name,
					  struct credentials *ret,
					  struct error *err)
{
	const char *text = getenv("DOCKER_AUTH_CONFIG");
	auto_json struct json_object *root = NULL;

	if (!text || !*text)
		return 0;
	if (json_parse(text, strlen(text), &root, err) < 0 ||
	    find_in(root, name, ret, err) < 0)
		return error_wrap(err, "DOCKER_AUTH_CONFIG");
	return 0;
}

int credentials_find(const char *file, const char *name,
		     struct credentials *ret, struct error *err)
{
	auto_with(strv_clear) struct strv files = { 0 };
	auto_with(credentials_clear) struct credentials found = { 0 };
	bool is_named;

	list_files(file, &files);
	is_named = files.count == 1;
	for (size_t i = 0; i < files.count && is_empty(&found); i++) {
		auto_json struct json_object *root = NULL;
		int there = read_file(files.items[i], &root, err);

		if (there < 0)
			return there;
		if (there == 0 && is_named && file)
			return error_set(err, ENOENT, "read %s", file);
		if (there && find_in(root, name, &found, err) < 0)
			return error_wrap(err, "%s", files.items[i]);
	}
	if (!is_named && is_empty(&found) &&
	    find_in_environment(name, &found, err) < 0)
		return -err->code;
	*ret = found;
	found = (struct credentials){ 0 };
	return 0;
}

must_check static int make_parent(const char *path, struct error *err)
{
	auto_free char *dir = xstrdup(path);

	for (char *slash = strchr(dir + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			return error_set(err, errno, "make %s", dir);
		*slash = '/';
	}
	return 0;
}

must_check static int write_file(const char *path, struct json_object *root,
				 struct error *err)
{
	auto_free char *text = xasprintf(
		"%s\n", json_object_to_json_string_ext(
				root, JSON_C_TO_STRING_PRETTY |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	const struct iovec part = { text, strlen(text) };
	int result;

	if (make_parent(path, err) < 0)
		return -err->code;
	result = file_put_durable(AT_FDCWD, path, &part, 1, 0600);
	return result < 0 ? error_set(err, -result, "write %s", path) : 0;
}

static void put_entry(struct json_object *root, const char *name,
		      const struct credentials *credentials)
{
	auto_free char *pair = xasprintf(
		"%s:%s", credentials->username ? credentials->username : "",
		credentials->password ? credentials->password : "");
	auto_free char *encoded = base64_encode(pair);
	struct json_object *auths = NULL, *entry = json_object_new_object();

	if (!json_object_object_get_ex(root, "auths", &auths) ||
	    !json_object_is_type(auths, json_type_object)) {
		auths = json_object_new_object();
		json_object_object_add(root, "auths", auths);
	}
	json_object_object_add(entry, "auth", json_object_new_string(encoded));
	json_object_object_add(auths, name, entry);
}

int credentials_put(const char *file, const char *name,
		    const struct credentials *credentials, struct error *err)
{
	auto_with(strv_clear) struct strv files = { 0 };
	auto_json struct json_object *root = NULL;
	auto_free char *host = xstrndup(name, strcspn(name, "/"));
	const char *helper;
	int there;

	list_files(file, &files);
	there = read_file(files.items[0], &root, err);
	if (there < 0)
		return there;
	if (!there)
		root = json_object_new_object();
	helper = find_helper(root, host);
	if (helper && *helper)
		return credential_helper_store(helper, helper_key(host),
					       credentials, err);
	put_entry(root, name, credentials);
	return write_file(files.items[0], root, err);
}

/* Remove the entries of @name, or all. Return: whether there were any */
static bool remove_entries(struct json_object *root, const char *name)
{
	auto_with(strv_clear) struct strv gone = { 0 };
	struct json_object *auths = NULL;

	if (!json_object_object_get_ex(root, "auths", &auths) ||
	    !json_object_is_type(auths, json_type_object))
		return false;
	json_object_object_foreach(auths, key, value)
	{
		auto_free char *bare = bare_key(key);

		(void)value;
		if (!name || strcmp(bare, name) == 0)
			strv_add(&gone, xstrdup(key));
	}
	for (size_t i = 0; i < gone.count; i++)
		json_object_object_del(auths, gone.items[i]);
	return gone.count > 0;
}

/* Return: 1: something was there, 0, negative errno */
must_check static int remove_from(const char *path, const char *name,
				  struct error *err)
{
	auto_json struct json_object *root = NULL;
	const char *helper;
	int there = read_file(path, &root, err);
	bool helped;

	if (there <= 0)
		return there;
	helper = name ? find_helper(root, name) : NULL;
	helped = helper && *helper;
	if (helped &&
	    credential_helper_erase(helper, helper_key(name), err) < 0 &&
	    err->code != ENOENT)
		return -err->code;
	if (!remove_entries(root, name))
		return helped;
	return write_file(path, root, err) < 0 ? -err->code : 1;
}

int credentials_remove(const char *file, const char *name, struct error *err)
{
	auto_with(strv_clear) struct strv files = { 0 };
	bool found = false;

	list_files(file, &files);
	for (size_t i = 0; i < files.count; i++) {
		int result = remove_from(files.items[i], name, err);

		if (result < 0)
			return result;
		found = found || result;
	}
	return found ? 0
		     : error_say(err, ENOENT, "not logged in to %s",
				 name ? name : "any registry");
}
