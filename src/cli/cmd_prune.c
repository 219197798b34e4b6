// SPDX-License-Identifier: Apache-2.0
/* holt image prune, system prune, system reset: removing what isn't used. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/image_parts.h"
#include "cli/image_userns.h"
#include "cli/system_parts.h"
#include "command/units.h"
#include "image/sweep.h"
#include "image/volume.h"
#include "image/writable.h"

struct prune_settings {
	bool all, force;
};

static const struct option_row image_prune_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "also images that have names, if no container uses them",
		OPTION_FIELD(struct prune_settings, all),
	},
	{
		.name = "force",
		.letter = 'f',
		.help = "don't ask",
		OPTION_FIELD(struct prune_settings, force),
	},
	{ 0 },
};

static const struct option_row reset_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "don't ask",
		OPTION_FIELD(struct prune_settings, force),
	},
	{ 0 },
};

/* Each is printed; what it has held is left to sweep(). @all: also those that
 * have names
 */
must_check static int prune_images(const struct store *store, bool all,
				   struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_with(tags_clear) struct tags tags = { 0 };

	if (store_list(store, "images", &ids, err) < 0 ||
	    tags_read(store, &tags, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++) {
		auto_with(strv_clear) struct strv names = { 0 };
		auto_free char *user = image_user(store, ids.items[i]);

		tags_of(&tags, ids.items[i], &names);
		if (user || (names.count && !all))
			continue;
		for (size_t k = 0; k < names.count; k++)
			if (tag_remove(store, names.items[k], err) < 0)
				return -err->code;
		if (image_remove(store, ids.items[i], err) < 0)
			return -err->code;
		(void)puts(ids.items[i]);
	}
	return 0;
}

/* @flags: SWEEP_* */
static int prune(const struct prune_settings *settings, unsigned int flags,
		 struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	auto_free char *size = NULL;
	struct sweep found = { 0 };

	if (store_open(STORE_EXCLUSIVE, &store, err) < 0 ||
	    prune_images(&store, settings->all, err) < 0 ||
	    sweep(&store, flags, image_userns_open, &userns, &found, err) < 0)
		return -err->code;
	size = units_size(found.bytes, " ");
	(void)printf("Total reclaimed space: %s\n", size);
	return 0;
}

static int image_prune_run(int argc, char **argv, struct error *err)
{
	struct prune_settings settings = { 0 };
	int first = options_parse(&image_prune, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (!settings.force &&
	    !confirm(settings.all ? "Remove all images that no container uses?"
				  : "Remove all images without a name?"))
		return 0;
	return prune(&settings, 0, err) < 0 ? error_wrap(err, "image prune")
					    : 0;
}

static int system_prune_run(int argc, char **argv, struct error *err)
{
	struct prune_settings settings = { 0 };
	int first = options_parse(&system_prune, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (!settings.force &&
	    !confirm(
		    settings.all
			    ? "Remove all images that no container uses, and parts of images that were not pulled to the end?"
			    : "Remove all images without a name, and parts of images that were not pulled to the end?"))
		return 0;
	return prune(&settings, SWEEP_PARTS, err) < 0
		       ? error_wrap(err, "system prune")
		       : 0;
}

const struct command image_prune = {
	.name = "prune",
	.program = "holt image",
	.synopsis = "[OPTION]...",
	.summary = "Remove images without a name",
	.options = image_prune_options,
	.run = image_prune_run,
};

const struct command system_prune = {
	.name = "prune",
	.program = "holt system",
	.synopsis = "[OPTION]...",
	.summary = "Remove what isn't used: images, layers, parts of images",
	.options = image_prune_options,
	.run = system_prune_run,
};

must_check static int refuse_running(const struct store *store,
				     struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	auto_with(strv_clear) struct strv volumes = { 0 };

	if (store_list(store, "containers", &ids, err) < 0 ||
	    volume_list(store, &volumes, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++)
		if (!writable_is_stale(store, ids.items[i]))
			return error_say(
				err, EBUSY,
				"the container %.*s runs: stop it first",
				SHORT_ID, ids.items[i]);
	for (size_t i = 0; i < volumes.count; i++)
		if (volume_is_used(store, volumes.items[i]))
			return error_say(
				err, EBUSY,
				"a container that runs uses the volume %s: stop it first",
				volumes.items[i]);
	return 0;
}

/* Everything goes but the lock, which others may be waiting for. */
static int reset(int argc, char **argv, struct error *err)
{
	static const char *const parts[] = { "tags",    "images", "containers",
					     "volumes", "layers", "blobs",
					     "staging", "ingest" };
	auto_with(store_close) struct store store = { 0 };
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	struct prune_settings settings = { 0 };
	int first = options_parse(&system_reset, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (!settings.force &&
	    !confirm(
		    "Remove all images, layers, volumes and what containers have written?"))
		return 0;
	if (store_open(STORE_EXCLUSIVE, &store, err) < 0 ||
	    refuse_running(&store, err) < 0)
		return error_wrap(err, "system reset");
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (store_trash(&store, parts[i], err) < 0)
			return error_wrap(err, "system reset");
	/* So that the next one makes it all anew. */
	if (trash_empty(&store, image_userns_open, &userns, err) < 0)
		return error_wrap(err, "system reset");
	if (unlinkat(store.fd, "trash", AT_REMOVEDIR) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s/trash", store.path);
	return 0;
}

const struct command system_reset = {
	.name = "reset",
	.program = "holt system",
	.synopsis = "[OPTION]...",
	.summary = "Remove everything that holt keeps of images and containers",
	.options = reset_options,
	.run = reset,
};
