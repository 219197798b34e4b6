// SPDX-License-Identifier: Apache-2.0
#include "cgroup/stats.h"

#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/stats_parts.h"
#include "cgroup/tree.h"

struct json_object *stats_object(struct json_object *parent, const char *key)
{
	struct json_object *object = json_object_new_object();

	(void)json_object_object_add(parent, key, object);
	return object;
}

void stats_put(struct json_object *object, const char *key, uint64_t value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_uint64(value));
}

char *stats_read(const struct stats_source *source, const char *file)
{
	char *text = NULL;
	struct error ignored;

	if (source->dir < 0 ||
	    cgroup_tree_read(source->dir, file, &text, &ignored) < 0)
		return NULL;
	return text;
}

/* "max" is what runc has as the largest number there is. */
bool stats_number(const struct stats_source *source, const char *file,
		  uint64_t *ret)
{
	auto_free char *text = stats_read(source, file);

	if (!text)
		return false;
	*ret = strncmp(text, "max", 3) ? strtoull(text, NULL, 10) : UINT64_MAX;
	return true;
}

void stats_copy(const struct stats_source *source, const char *file,
		struct json_object *object, const char *key)
{
	uint64_t value;

	if (stats_number(source, file, &value))
		stats_put(object, key, value);
}

uint64_t stats_field(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line && *line;) {
		if (!strncmp(line, key, length) && line[length] == ' ')
			return strtoull(line + length + 1, NULL, 10);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return 0;
}

void stats_raw(const char *text, struct json_object *object)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		char *space = strchr(line, ' ');

		if (!space)
			continue;
		*space = '\0';
		stats_put(object, line, strtoull(space + 1, NULL, 10));
	}
}

/* One of "some" and "full" of a pressure file. */
static void put_pressure_line(const char *line, struct json_object *psi)
{
	static const char *const keys[] = { "avg10", "avg60", "avg300",
					    "total" };
	char kind[8] = { 0 };
	struct json_object *object;

	memcpy(kind, line, strcspn(line, " ") < 7 ? strcspn(line, " ") : 7);
	object = stats_object(psi, kind);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		const char *at = strstr(line, keys[i]);

		if (!at)
			continue;
		at += strlen(keys[i]) + 1;
		(void)json_object_object_add(
			object, keys[i],
			i < 3 ? json_object_new_double(strtod(at, NULL))
			      : json_object_new_uint64(strtoull(at, NULL, 10)));
	}
}

void stats_pressure(const struct stats_source *source, const char *file,
		    struct json_object *object)
{
	auto_free char *text = stats_read(source, file);
	char *rest = text, *line;
	struct json_object *psi;

	if (!text || !*text)
		return;
	psi = stats_object(object, "psi");
	while ((line = strsep(&rest, "\n")))
		if (*line)
			put_pressure_line(line, psi);
}

int cgroup_stats(const struct cgroup *cgroup, struct json_object **ret,
		 struct error *err)
{
	struct json_object *object;

	if (!cgroup->v2 && !cgroup->v1.count)
		return error_say(
			err, EOPNOTSUPP,
			"the container has no cgroup: what it uses isn't counted");
	object = json_object_new_object();
	if (cgroup->v1.count)
		stats_v1(cgroup, object);
	else
		stats_v2(cgroup->v2, object);
	*ret = object;
	return 0;
}
