// SPDX-License-Identifier: Apache-2.0
#include "image/worker/changes.h"

#include <json-c/json.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/parse.h"

/* Return: 0, -EINVAL */
typedef int change_fn(struct json_object *config, const char *value,
		      struct error *err);

static const char blanks[] = " \t\r\n";

/* The member @key, made if it is missing. */
static struct json_object *member(struct json_object *config, const char *key,
				  struct json_object *(*make)(void))
{
	struct json_object *found = json_object_object_get(config, key);

	if (!found) {
		found = make();
		json_object_object_add(config, key, found);
	}
	return found;
}

static void set_text(struct json_object *config, const char *key,
		     const char *value)
{
	json_object_object_add(config, key, json_object_new_string(value));
}

static bool is_strings(struct json_object *array)
{
	if (!json_object_is_type(array, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(array); i++)
		if (!json_object_is_type(json_object_array_get_idx(array, i),
					 json_type_string))
			return false;
	return true;
}

/* ["a", "b"]; owned. NULL: it is none */
static struct json_object *read_array(const char *value)
{
	struct json_object *array = NULL;
	struct error ignored;

	if (*value != '[' ||
	    json_parse(value, strlen(value), &array, &ignored) < 0)
		return NULL;
	if (is_strings(array))
		return array;
	json_object_put(array);
	return NULL;
}

/* An array of words, or a line for the shell. */
static void set_command(struct json_object *config, const char *key,
			const char *value)
{
	struct json_object *words = read_array(value);

	if (!words) {
		words = json_object_new_array();
		json_object_array_add(words, json_object_new_string("/bin/sh"));
		json_object_array_add(words, json_object_new_string("-c"));
		json_object_array_add(words, json_object_new_string(value));
	}
	json_object_object_add(config, key, words);
}

static int change_cmd(struct json_object *config, const char *value,
		      struct error *err)
{
	(void)err;
	set_command(config, "Cmd", value);
	return 0;
}

static int change_entrypoint(struct json_object *config, const char *value,
			     struct error *err)
{
	(void)err;
	set_command(config, "Entrypoint", value);
	return 0;
}

/* "NAME=VALUE" or "NAME VALUE", the value perhaps in quotes. Owned; NULL: it
 * is neither.
 */
static char *assignment(const char *text)
{
	size_t name = strcspn(text, "= \t");
	const char *value = text + name + 1;
	size_t length;

	if (!name || !text[name])
		return NULL;
	if (text[name] != '=')
		value += strspn(value, blanks);
	length = strlen(value);
	if (length >= 2 && strchr("\"'", *value) &&
	    value[length - 1] == *value) {
		value++;
		length -= 2;
	}
	return xasprintf("%.*s=%.*s", (int)name, text, (int)length, value);
}

/* The last one of a name counts, in the place of the first. */
static int change_env(struct json_object *config, const char *value,
		      struct error *err)
{
	struct json_object *env = member(config, "Env", json_object_new_array);
	auto_free char *variable = assignment(value);
	size_t name, at = 0;

	if (!variable)
		return error_say(err, EINVAL, "'%s' is not NAME=VALUE", value);
	name = (size_t)(strchr(variable, '=') - variable) + 1;
	while (at < json_object_array_length(env) &&
	       strncmp(json_object_get_string(
			       json_object_array_get_idx(env, at)),
		       variable, name) != 0)
		at++;
	json_object_array_put_idx(env, at, json_object_new_string(variable));
	return 0;
}

static int change_label(struct json_object *config, const char *value,
			struct error *err)
{
	struct json_object *labels =
		member(config, "Labels", json_object_new_object);
	auto_free char *label = assignment(value);
	char *sign;

	if (!label)
		return error_say(err, EINVAL, "'%s' is not NAME=VALUE", value);
	sign = strchr(label, '=');
	*sign = '\0';
	set_text(labels, label, sign + 1);
	return 0;
}

/* "80", "80/udp" */
must_check static int add_port(struct json_object *ports, const char *word,
			       struct error *err)
{
	auto_free char *number = xstrdup(word);
	auto_free char *port = NULL;
	char *slash = strchr(number, '/');
	const char *protocol = slash ? slash + 1 : "tcp";
	uint64_t value;

	if (slash)
		*slash = '\0';
	if (parse_number(number, UINT16_MAX, &value) < 0 || !value ||
	    (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0 &&
	     strcmp(protocol, "sctp") != 0))
		return error_say(err, EINVAL, "'%s' is not PORT[/PROTOCOL]",
				 word);
	port = xasprintf("%s/%s", number, protocol);
	json_object_object_add(ports, port, json_object_new_object());
	return 0;
}

static int change_expose(struct json_object *config, const char *value,
			 struct error *err)
{
	struct json_object *ports =
		member(config, "ExposedPorts", json_object_new_object);
	auto_free char *text = xstrdup(value);
	char *rest = text, *word;

	while ((word = strsep(&rest, blanks)))
		if (*word && add_port(ports, word, err) < 0)
			return -EINVAL;
	return 0;
}

must_check static int add_volume(struct json_object *volumes, const char *path,
				 struct error *err)
{
	if (*path != '/')
		return error_say(err, EINVAL, "'%s' is not an absolute path",
				 path);
	json_object_object_add(volumes, path, json_object_new_object());
	return 0;
}

static int change_volume(struct json_object *config, const char *value,
			 struct error *err)
{
	struct json_object *volumes =
		member(config, "Volumes", json_object_new_object);
	auto_json struct json_object *array = read_array(value);
	auto_free char *text = xstrdup(value);
	char *rest = text, *word;

	for (size_t i = 0; array && i < json_object_array_length(array); i++)
		if (add_volume(volumes,
			       json_object_get_string(
				       json_object_array_get_idx(array, i)),
			       err) < 0)
			return -EINVAL;
	while (!array && (word = strsep(&rest, blanks)))
		if (*word && add_volume(volumes, word, err) < 0)
			return -EINVAL;
	return 0;
}

static int change_onbuild(struct json_object *config, const char *value,
			  struct error *err)
{
	(void)err;
	json_object_array_add(member(config, "OnBuild", json_object_new_array),
			      json_object_new_string(value));
	return 0;
}

static int change_stopsignal(struct json_object *config, const char *value,
			     struct error *err)
{
	if (parse_signal(value) < 0)
		return error_say(err, EINVAL, "there is no signal '%s'", value);
	set_text(config, "StopSignal", value);
	return 0;
}

static int change_user(struct json_object *config, const char *value,
		       struct error *err)
{
	(void)err;
	set_text(config, "User", value);
	return 0;
}

static int change_workdir(struct json_object *config, const char *value,
			  struct error *err)
{
	if (*value != '/')
		return error_say(err, EINVAL, "'%s' is not an absolute path",
				 value);
	set_text(config, "WorkingDir", value);
	return 0;
}

static const struct {
	const char *word;
	change_fn *change;
} changes[] = {
	{ "CMD", change_cmd },
	{ "ENTRYPOINT", change_entrypoint },
	{ "ENV", change_env },
	{ "EXPOSE", change_expose },
	{ "LABEL", change_label },
	{ "ONBUILD", change_onbuild },
	{ "STOPSIGNAL", change_stopsignal },
	{ "USER", change_user },
	{ "VOLUME", change_volume },
	{ "WORKDIR", change_workdir },
};

int changes_apply(struct json_object *config, const char *change,
		  struct error *err)
{
	size_t length;
	const char *value;

	change += strspn(change, blanks);
	length = strcspn(change, "= \t");
	value = change + length;
	value += strspn(value, blanks);
	value += *value == '=';
	value += strspn(value, blanks);
	if (!*value)
		return error_say(err, EINVAL, "change '%s' has no value",
				 change);
	for (size_t i = 0; i < ARRAY_COUNT(changes); i++)
		if (strlen(changes[i].word) == length &&
		    !strncasecmp(changes[i].word, change, length))
			return changes[i].change(config, value, err) < 0
				       ? error_wrap(err, "change %s",
						    changes[i].word)
				       : 0;
	return error_say(
		err, EINVAL,
		"change '%.*s': only CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and WORKDIR can be changed",
		(int)length, change);
}
