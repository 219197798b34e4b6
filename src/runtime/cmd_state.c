// SPDX-License-Identifier: Apache-2.0
#include <json.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "runtime/describe.h"
#include "runtime/runtime.h"

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_with(description_clear) struct description description = { 0 };
	auto_json struct json_object *object = NULL;
	auto_free char *root = NULL;
	int first = options_parse(&runtime_state, argc, argv, NULL, err);

	if (first < 0 ||
	    runtime_operands(&runtime_state, argc - first, 1, 1, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], false, &dir, &state, err) < 0)
		return -err->code;
	describe(&dir, &state, &description);
	object = describe_json(&state, &description);
	(void)puts(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE));
	return 0;
}

const struct command runtime_state = {
	.name = "state",
	.synopsis = "ID",
	.summary = "Print how a container is, as JSON",
	.program = "holt-runtime",
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
