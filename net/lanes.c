// SPDX-License-Identifier: Apache-2.0
#include "net/lanes.h"

#include <json-c/json.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

void lanes_describe(const struct network *network, struct json_object *ret)
{
	const struct error *why = &network->slow;
	bool is_fast = network->lane.is_on;
	auto_free char *reason = why->complete ? xstrdup(why->text)
					       : xasprintf("%s: %s", why->text,
							   strerror(why->code));

	put(ret, "tcp",
	    json_object_new_string(is_fast ? "kernel" : "libslirp"));
	put(ret, "bypass", json_object_new_boolean(network->bypass >= 0));
	if (is_fast || !why->code)
		return;
	put(ret, "reason", json_object_new_string(reason));
	put(ret, "errno", json_object_new_int(why->code));
}
