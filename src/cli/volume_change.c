// SPDX-License-Identifier: Apache-2.0
/* holt volume create, rm, prune, exists */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/confirm.h"
#include "cli/image_userns.h"
#include "cli/volume_parts.h"
#include "image/volume.h"

/* podman's */
enum { EXIT_UNKNOWN = 1, EXIT_IN_USE = 2 };

struct create_settings {
	bool ignore;
	const char *driver;
	struct list labels;
};

static const struct option_row create_options[] = {
	{
		.name = "driver",
		.letter = 'd',
		.value = "DRIVER",
		.values = OPTION_VALUES("local"),
		.strict = true,
		.help = "local is all there is",
		OPTION_FIELD(struct create_settings, driver),
	},
	{
		.name = "ignore",
		.help = "don't fail if there is one of that name",
		OPTION_FIELD(struct create_settings, ignore),
	},
	{
		.name = "label",
		.letter = 'l',
		.value = "KEY=VALUE",
		.help = "remember this with it",
		OPTION_FIELD(struct create_settings, labels),
	},
	{ 0 },
};

/* One of nobody's choice. Return: owned; NULL: @err says why */
static char *make_name(struct error *err)
{
	unsigned long long parts[4];

	if (getrandom(parts, sizeof(parts), 0) != sizeof(parts)) {
		(void)error_set(err, errno, "make a name");
		return NULL;
	}
	return xasprintf("%016llx%016llx%016llx%016llx", parts[0], parts[1],
			 parts[2], parts[3]);
}

must_check static int create(const struct create_settings *settings,
			     const char *word, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(strv_clear) struct strv labels = { 0 };
	auto_free char *name = word ? xstrdup(word) : make_name(err);

	for (size_t i = 0; i < settings->labels.count; i++) {
		const char *label = settings->labels.items[i];

		strv_addf(&labels, "%s%s", label,
			  strchr(label, '=') ? "" : "=");
	}
	if (!name || store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;
	if (volume_make(&store, name, &labels, err) < 0 &&
	    !(settings->ignore && err->code == EEXIST))
		return -err->code;
	*err = (struct error){ 0 };
	(void)puts(name);
	return 0;
}

static int create_run(int argc, char **argv, struct error *err)
{
	struct create_settings settings = { 0 };
	int first = options_parse(&volume_create, argc, argv, &settings, err);
	int result = first;

	if (first >= 0 && first + 1 < argc)
		result = error_say(err, EINVAL,
				   "volume create: give one name at most");
	else if (first >= 0 && create(&settings, argv[first], err) < 0)
		result = error_wrap(err, "volume create");
	list_clear(&settings.labels);
	return result < 0 ? result : 0;
}

const struct command volume_create = {
	.name = "create",
	.program = "holt volume",
	.synopsis = "[OPTION]... [NAME]",
	.summary = "Make a volume",
	.options = create_options,
	.options_anywhere = true,
	.run = create_run,
};

struct rm_settings {
	bool all, force;
};

static const struct option_row rm_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "all of them",
		OPTION_FIELD(struct rm_settings, all),
	},
	{
		.name = "force",
		.letter = 'f',
		.help = "don't fail if there is none of that name",
		OPTION_FIELD(struct rm_settings, force),
	},
	{ 0 },
};

must_check static int remove_one(const struct store *store, const char *name,
				 bool force, struct image_userns *userns,
				 struct error *err)
{
	int result = volume_remove(store, name, image_userns_open, userns, err);

	if (result == -ENOENT && force)
		return 0;
	if (result == -ENOENT)
		err->exit_code = EXIT_UNKNOWN;
	if (result == -EBUSY)
		err->exit_code = EXIT_IN_USE;
	if (result == 0)
		(void)puts(name);
	return result;
}

/* All that can be; the first failure is told at the end. */
must_check static int remove_each(const struct store *store,
				  const struct rm_settings *settings,
				  char *const *names, size_t count,
				  struct error *err)
{
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	struct error first = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct error one = { 0 };

		if (remove_one(store, names[i], settings->force, &userns,
			       &one) == 0)
			continue;
		if (first.code)
			log_failure(&one);
		else
			first = one;
	}
	*err = first;
	return -first.code;
}

static int rm(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(strv_clear) struct strv all = { 0 };
	struct rm_settings settings = { 0 };
	int first = options_parse(&volume_rm, argc, argv, &settings, err);
	int result;

	if (first < 0)
		return first;
	if ((first == argc) != settings.all)
		return error_say(
			err, EINVAL,
			settings.all
				? "volume rm: --all and names don't go together"
				: "volume rm: name a volume, or give --all");
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    (settings.all && volume_list(&store, &all, err) < 0))
		return error_wrap(err, "volume rm");
	result = settings.all ? remove_each(&store, &settings, all.items,
					    all.count, err)
			      : remove_each(&store, &settings, argv + first,
					    (size_t)(argc - first), err);
	return result < 0 ? error_wrap(err, "volume rm") : 0;
}

const struct command volume_rm = {
	.name = "rm",
	.program = "holt volume",
	.synopsis = "[OPTION]... VOLUME...",
	.summary = "Remove volumes that no container uses",
	.options = rm_options,
	.options_anywhere = true,
	.operands = { OFFER_VOLUME, OFFER_VOLUME, OFFER_VOLUME },
	.run = rm,
};

struct prune_settings {
	bool force;
};

static const struct option_row prune_options[] = {
	{
		.name = "force",
		.letter = 'f',
		.help = "don't ask",
		OPTION_FIELD(struct prune_settings, force),
	},
	{ 0 },
};

must_check static int prune_all(const struct store *store, struct error *err)
{
	auto_with(image_userns_clear) struct image_userns userns = { 0 };
	auto_with(strv_clear) struct strv names = { 0 };

	if (volume_list(store, &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++)
		if (remove_one(store, names.items[i], true, &userns, err) < 0 &&
		    err->code != EBUSY)
			return -err->code;
	*err = (struct error){ 0 };
	return 0;
}

static int prune(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	struct prune_settings settings = { 0 };
	int first = options_parse(&volume_prune, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (!settings.force &&
	    !confirm(
		    "Remove all volumes that no container uses, with what is in them?"))
		return 0;
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    prune_all(&store, err) < 0)
		return error_wrap(err, "volume prune");
	return 0;
}

const struct command volume_prune = {
	.name = "prune",
	.program = "holt volume",
	.synopsis = "[OPTION]...",
	.summary = "Remove volumes that no container uses",
	.options = prune_options,
	.run = prune,
};

static int exists(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(volume_clear) struct volume volume = { 0 };
	int first = options_parse(&volume_exists, argc, argv, NULL, err);
	int result;

	if (first < 0)
		return first;
	if (first + 1 != argc)
		return error_say(err, EINVAL, "volume exists: give one name");
	if (store_open(STORE_SHARED, &store, err) < 0)
		return error_wrap(err, "volume exists");
	result = volume_load(&store, argv[first], &volume, err);
	if (result == -ENOENT) {
		*err = (struct error){ 0 };
		return EXIT_UNKNOWN;
	}
	return result < 0 ? error_wrap(err, "volume exists") : 0;
}

const struct command volume_exists = {
	.name = "exists",
	.program = "holt volume",
	.synopsis = "VOLUME",
	.summary = "Say by the status whether there is such a volume",
	.operands = { OFFER_VOLUME },
	.run = exists,
};
