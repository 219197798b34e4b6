// SPDX-License-Identifier: Apache-2.0
#include "base/cleanup.h"
#include "base/log.h"
#include "runtime/destroy.h"
#include "runtime/matching.h"
#include "runtime/runtime.h"

struct delete_settings {
	bool force, regex;
};

static const struct option_row delete_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "end a container that runs; one that isn't there is no error",
		OPTION_FIELD(struct delete_settings, force),
	},
	{
		.name = "regex",
		.letter = 'r',
		.help = "ID is a pattern: every container that it matches",
		OPTION_FIELD(struct delete_settings, regex),
	},
	{ 0 },
};

/* A directory without state.json: `create` was killed before it made anything
 * else, or `delete` after it had removed everything else.
 */
static int delete_remains(const struct state_dir *dir, const char *id,
			  bool force, struct error *err)
{
	if (!force)
		return error_say(
			err, EINVAL,
			"container %s is incomplete, for its making was interrupted: 'delete --force %s' removes it",
			id, id);
	return state_dir_remove(dir, err);
}

static int delete_one(const char *root, const char *id, bool force,
		      struct error *err)
{
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	enum status status;
	int result = state_dir_open(root, id, true, &dir, err);

	if (result == -ENOENT && force)
		return 0;
	if (result < 0)
		return result;
	result = state_read(&dir, &state, err);
	if (result == -ENOENT)
		return delete_remains(&dir, id, force, err);
	if (result < 0)
		return result;
	status = state_status(&dir, &state);
	if (!force && status != STATUS_STOPPED && status != STATUS_CREATED)
		return error_say(
			err, EBUSY,
			"cannot delete container %s that is not stopped: %s",
			id, status_word(status));
	return destroy_container(&dir, &state, err);
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct delete_settings settings = { 0 };
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(&runtime_delete, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_delete, argc - first, 1, argc, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0)
		return -err->code;
	for (int i = first; i < argc; i++)
		if (matching_ids(root, argv[i], settings.regex, &ids, err) < 0)
			return -err->code;
	for (size_t i = 0; i < ids.count; i++)
		if (delete_one(root, ids.items[i], settings.force, err) < 0)
			return -err->code;
	return 0;
}

const struct command runtime_delete = {
	.name = "delete",
	.synopsis = "[OPTION]... ID...",
	.summary = "Remove what is left of a container that has ended",
	.program = "holt-runtime",
	.options = delete_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
