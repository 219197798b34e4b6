// SPDX-License-Identifier: Apache-2.0
#include "cgroup/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define SLICE ".slice"

/* Of systemd: UNIT_NAME_MAX, without the zero. */
enum { UNIT_NAME_LENGTH = 255 };

void unit_name_clear(struct unit_name *name)
{
	free(name->unit);
	free(name->slice);
	*name = (struct unit_name){ 0 };
}

bool unit_is_slice(const char *unit)
{
	size_t length = strlen(unit);

	return length > strlen(SLICE) &&
	       !strcmp(unit + length - strlen(SLICE), SLICE);
}

static bool is_good(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.-\\", c));
}

static char *escape(const char *text)
{
	char *escaped = xstrdup("");

	for (const char *c = text; *c; c++) {
		char *longer = is_good(*c) ? xasprintf("%s%c", escaped, *c)
					   : xasprintf("%s\\x%02x", escaped,
						       (unsigned char)*c);

		free(escaped);
		escaped = longer;
	}
	return escaped;
}

/* "a-b.slice" with something between the dashes, or "-.slice". */
static int check_slice(const char *path, const char *slice, struct error *err)
{
	size_t length = strlen(slice);
	bool good = unit_is_slice(slice) && length <= UNIT_NAME_LENGTH;

	for (const char *c = slice; *c; c++)
		if (!is_good(*c))
			good = false;
	if (good && strcmp(slice, "-" SLICE) != 0 &&
	    (*slice == '-' || strstr(slice, "--") || strstr(slice, "-.")))
		good = false;
	if (good)
		return 0;
	return error_say(
		err, EINVAL,
		"linux.cgroupsPath %s: '%s' is not the name of a slice, such as system.slice or a-b.slice",
		path, slice);
}

static int check_length(const char *unit, struct error *err)
{
	if (strlen(unit) <= UNIT_NAME_LENGTH)
		return 0;
	return error_say(
		err, ENAMETOOLONG,
		"the container's unit of systemd would be %.40s..., which is longer than %d: use a shorter ID, or set linux.cgroupsPath",
		unit, UNIT_NAME_LENGTH);
}

enum { SLICE_PART, PREFIX_PART, NAME_PART, PART_COUNT };

/* Cut @path into its parts. */
static int split(const char *whole, char *path, const char *parts[PART_COUNT],
		 struct error *err)
{
	size_t count = 0;
	char *part;

	while ((part = strsep(&path, ":"))) {
		if (count < PART_COUNT)
			parts[count] = part;
		count++;
	}
	if (count == PART_COUNT && !strchr(whole, '/'))
		return 0;
	return error_say(
		err, EINVAL,
		"linux.cgroupsPath %s is not of the form slice:prefix:name, which systemd's cgroups need; leave it out, or use --cgroup-manager=cgroupfs",
		whole);
}

static char *scope_of(const char *prefix, const char *name)
{
	auto_free char *escaped_prefix = escape(prefix);
	auto_free char *escaped_name = escape(name);

	return xasprintf("%s%s%s.scope", escaped_prefix,
			 *escaped_prefix ? "-" : "", escaped_name);
}

static int read_path(const char *path, const char *id, struct unit_name *ret,
		     struct error *err)
{
	auto_free char *copy = xstrdup(path);
	const char *parts[PART_COUNT] = { "", "", "" };
	const char *name;

	if (split(path, copy, parts, err) < 0)
		return -err->code;
	name = *parts[NAME_PART] ? parts[NAME_PART] : id;
	/* A slice has its place by its own name. */
	if (unit_is_slice(name)) {
		ret->unit = xstrdup(name);
		return check_slice(path, name, err);
	}
	ret->unit = scope_of(parts[PREFIX_PART], name);
	if (!*parts[SLICE_PART])
		return 0;
	ret->slice = xstrdup(parts[SLICE_PART]);
	return check_slice(path, ret->slice, err);
}

int unit_name_make(const char *path, const char *id, bool is_user,
		   struct unit_name *ret, struct error *err)
{
	if (path && *path) {
		if (read_path(path, id, ret, err) < 0)
			return -err->code;
	} else {
		ret->unit = scope_of("holt", id);
	}
	if (!ret->slice && !unit_is_slice(ret->unit))
		ret->slice = xstrdup(is_user ? "user" SLICE : "system" SLICE);
	return check_length(ret->unit, err);
}

char *unit_slice_directory(const char *slice)
{
	size_t end = strlen(slice) - strlen(SLICE);
	char *path = xstrdup("");

	if (!strcmp(slice, "-" SLICE))
		return path;
	for (size_t i = 1; i <= end; i++) {
		char *longer;

		if (i < end && slice[i] != '-')
			continue;
		longer = xasprintf("%s/%.*s" SLICE, path, (int)i, slice);
		free(path);
		path = longer;
	}
	return path;
}
