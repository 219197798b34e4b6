// SPDX-License-Identifier: Apache-2.0
/* holt rmi: take names from images, and remove those that have none left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/image_parts.h"
#include "cli/image_userns.h"
#include "image/find.h"
#include "image/sweep.h"
#include "image/writable.h"

/* podman's */
enum { EXIT_UNKNOWN = 1, EXIT_IN_USE = 2 };

struct rmi_settings {
	bool all, force, ignore, no_prune;
};

static const struct option_row rmi_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "all images",
		OPTION_FIELD(struct rmi_settings, all),
	},
	{
		.name = "force",
		.letter = 'f',
		.help = "also one with several names, by its id; of one in use the names",
		OPTION_FIELD(struct rmi_settings, force),
	},
	{
		.name = "ignore",
		.letter = 'i',
		.help = "don't fail if there is no such image",
		OPTION_FIELD(struct rmi_settings, ignore),
	},
	{
		.name = "no-prune",
		.help = "leave what the image has held to 'holt image prune'",
		OPTION_FIELD(struct rmi_settings, no_prune),
	},
	{ 0 },
};

void tags_of(const struct tags *tags, const char *image, struct strv *ret)
{
	for (size_t i = 0; i < tags->count; i++)
		if (strcmp(tags->items[i].image, image) == 0)
			strv_add(ret, xstrdup(tags->items[i].name));
}

char *image_user(const struct store *store, const char *id)
{
	auto_with(strv_clear) struct strv users = { 0 };
	struct error ignored;

	if (store_list(store, "containers", &users, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < users.count; i++) {
		auto_free char *image = writable_image(store, users.items[i]);

		if (image && strcmp(image, id) == 0 &&
		    !writable_is_stale(store, users.items[i]))
			return xstrndup(users.items[i], SHORT_ID);
	}
	return NULL;
}

must_check static int untag(const struct store *store, const char *name,
			    struct error *err)
{
	if (tag_remove(store, name, err) < 0)
		return -err->code;
	(void)printf("Untagged: %s\n", name);
	return 0;
}

must_check static int in_use(const char *word, const char *user,
			     struct error *err)
{
	error_say(
		err, EBUSY,
		"%s: the container %s uses it: stop that first, or take its names alone with --force",
		word, user);
	err->exit_code = EXIT_IN_USE;
	return -EBUSY;
}

/* Take one name, or all of them; without any left the image goes. */
must_check static int remove_found(const struct rmi_settings *settings,
				   struct store *store, const char *word,
				   const struct found_image *found,
				   struct error *err)
{
	auto_with(tags_clear) struct tags tags = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };
	auto_free char *user = image_user(store, found->image.id);
	bool one = found->name && !settings->all;

	if (tags_read(store, &tags, err) < 0)
		return -err->code;
	tags_of(&tags, found->image.id, &names);
	if (one && names.count > 1)
		return untag(store, found->name, err);
	if (!one && names.count > 1 && !settings->force && !settings->all) {
		auto_free char *list = strv_join(&names, ", ");

		return error_say(
			err, EEXIST,
			"%s: it has several names (%s): give one of them, or --force",
			word, list);
	}
	if (user && !settings->force)
		return in_use(word, user, err);
	for (size_t i = 0; i < names.count; i++)
		if (untag(store, names.items[i], err) < 0)
			return -err->code;
	if (user)
		return 0;
	if (image_remove(store, found->image.id, err) < 0)
		return -err->code;
	(void)printf("Deleted: %s\n", found->image.id);
	return 0;
}

must_check static int remove_one(const struct rmi_settings *settings,
				 struct store *store, const char *word,
				 struct error *err)
{
	auto_with(found_image_clear) struct found_image found = { 0 };
	int result = image_find_or_say(store, word, &found, err);

	if (result == -ENOENT && settings->ignore)
		return 0;
	if (result == -ENOENT)
		err->exit_code = EXIT_UNKNOWN;
	if (result < 0)
		return result;
	return remove_found(settings, store, word, &found, err);
}

/* All that can be; the first failure is told at the end. */
must_check static int remove_each(const struct rmi_settings *settings,
				  struct store *store, char *const *words,
				  size_t count, struct error *err)
{
	struct error first = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct error one = { 0 };

		if (remove_one(settings, store, words[i], &one) >= 0)
			continue;
		if (first.code)
			log_failure(&one);
		else
			first = one;
	}
	if (first.code)
		*err = first;
	return -first.code;
}

static int run(const struct command *cmd, int argc, char **argv,
	       struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(strv_clear) struct strv all = { 0 };
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	struct rmi_settings settings = { 0 };
	int first = options_parse(cmd, argc, argv, &settings, err);
	int result;

	if (first < 0)
		return first;
	if (first == argc && !settings.all)
		return error_say(err, EINVAL,
				 "%s: name an image, or give --all", cmd->name);
	if (first < argc && settings.all)
		return error_say(err, EINVAL,
				 "%s: --all and names don't go together",
				 cmd->name);
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    (settings.all && store_list(&store, "images", &all, err) < 0))
		return error_wrap(err, "%s", cmd->name);
	result = settings.all ? remove_each(&settings, &store, all.items,
					    all.count, err)
			      : remove_each(&settings, &store, argv + first,
					    (size_t)(argc - first), err);
	if (!settings.no_prune) {
		struct error swept = { 0 };

		if (sweep_try(&store, image_userns_open, &userns, &swept) < 0)
			log_failure(&swept);
	}
	return result < 0 ? error_wrap(err, "%s", cmd->name) : 0;
}

static int run_rmi(int argc, char **argv, struct error *err)
{
	return run(&cmd_rmi, argc, argv, err);
}

static int run_rm(int argc, char **argv, struct error *err)
{
	return run(&image_rm, argc, argv, err);
}

#define RMI(its_name, its_program, its_run) \
	{ \
		.name = (its_name), .program = (its_program), \
		.synopsis = "[OPTION]... IMAGE...", \
		.summary = "Remove images, or names of images", \
		.details = \
			"A name is taken from its image; an image without a name is removed, and\n" \
			"what no other image has with it.", \
		.options = rmi_options, .options_anywhere = true, \
		.operands = { OFFER_IMAGE, OFFER_IMAGE, OFFER_IMAGE }, \
		.run = (its_run), \
	}

const struct command cmd_rmi = RMI("rmi", NULL, run_rmi);
const struct command image_rm = RMI("rm", "holt image", run_rm);
