// SPDX-License-Identifier: Apache-2.0
/* "hooks": programs of others at six points of a container's life. */
#include <limits.h>

#include "oci/spec_read_parts.h"

static int read_env(const struct json_node *node, void *target,
		    struct error *err)
{
	static const struct json_row row[] = {
		{ .key = "env", JSON_MEMBER(struct spec_hook, env) },
		{ 0 },
	};
	struct spec_hook *hook = target;

	/* Absent and empty are two different things here. */
	hook->has_env = true;
	return json_read_object(node->parent, row, hook, err);
}

static int read_timeout(const struct json_node *node, void *target,
			struct error *err)
{
	struct spec_hook *hook = target;
	int64_t seconds;

	if (json_get_integer(node, 1, INT_MAX / 1000, &seconds, err) < 0)
		return -err->code;
	hook->timeout_s = (int)seconds;
	return 0;
}

static int read_hook(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "path",
		  .kind = JSON_READ,
		  .read = spec_read_absolute,
		  .offset = offsetof(struct spec_hook, path),
		  .required = true },
		{ .key = "args", JSON_MEMBER(struct spec_hook, args) },
		{ .key = "env", .kind = JSON_READ, .read = read_env },
		{ .key = "timeout", .kind = JSON_READ, .read = read_timeout },
		{ 0 },
	};
	struct spec_hooks *hooks = target;

	hooks->items = xrealloc_array(hooks->items, hooks->count + 1,
				      sizeof(*hooks->items));
	hooks->items[hooks->count] = (struct spec_hook){ 0 };
	return json_read_object(node, rows, &hooks->items[hooks->count++], err);
}

#define POINT(name, point) \
	{ \
		.key = (name), .kind = JSON_EACH, .read = read_hook, \
		.offset = offsetof(struct spec, hooks[point]) \
	}

int spec_read_hooks(const struct json_node *node, void *target,
		    struct error *err)
{
	static const struct json_row rows[] = {
		POINT("prestart", HOOK_PRESTART),
		POINT("createRuntime", HOOK_CREATE_RUNTIME),
		POINT("createContainer", HOOK_CREATE_CONTAINER),
		POINT("startContainer", HOOK_START_CONTAINER),
		POINT("poststart", HOOK_POSTSTART),
		POINT("poststop", HOOK_POSTSTOP),
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}
