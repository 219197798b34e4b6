// SPDX-License-Identifier: Apache-2.0
/* holt tag, untag: names of images. And whether there is an image. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/image_parts.h"
#include "image/find.h"

/* Names that are given here are of this machine, unless they say otherwise. */
must_check static int read_name(const char *word, char **ret, struct error *err)
{
	auto_with(reference_clear) struct reference reference = { 0 };

	if (reference_parse(word, &reference, err) < 0)
		return -err->code;
	if (digest_is_set(&reference.digest))
		return error_say(
			err, EINVAL,
			"%s: a digest is what an image has, not a name to be given",
			word);
	if (!reference.domain)
		reference.domain = xstrdup("localhost");
	reference_complete(&reference);
	*ret = reference_name(&reference);
	return 0;
}

static int tag(const struct command *cmd, int argc, char **argv,
	       struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };
	int first = options_parse(cmd, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (argc - first < 2)
		return error_say(err, EINVAL,
				 "tag: give an image and a name for it");
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    image_find_or_say(&store, argv[first], &found, err) < 0)
		return error_wrap(err, "tag");
	for (int i = first + 1; i < argc; i++) {
		auto_free char *name = NULL;

		if (read_name(argv[i], &name, err) < 0 ||
		    tag_put(&store, name, found.image.id, NULL, err) < 0)
			return error_wrap(err, "tag");
	}
	return 0;
}

must_check static int untag_all(const struct store *store,
				const struct image *image, struct error *err)
{
	auto_with(tags_clear) struct tags tags = { 0 };

	if (tags_read(store, &tags, err) < 0)
		return -err->code;
	for (size_t i = 0; i < tags.count; i++)
		if (strcmp(tags.items[i].image, image->id) == 0 &&
		    tag_remove(store, tags.items[i].name, err) < 0)
			return -err->code;
	return 0;
}

static int untag(const struct command *cmd, int argc, char **argv,
		 struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };
	int first = options_parse(cmd, argc, argv, NULL, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL, "untag: name an image");
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    image_find_or_say(&store, argv[first], &found, err) < 0)
		return error_wrap(err, "untag");
	if (first + 1 == argc)
		return untag_all(&store, &found.image, err) < 0
			       ? error_wrap(err, "untag")
			       : 0;
	for (int i = first + 1; i < argc; i++) {
		auto_with(found_image_clear) struct found_image named = { 0 };

		if (image_find_or_say(&store, argv[i], &named, err) < 0)
			return error_wrap(err, "untag");
		if (!named.name || strcmp(named.image.id, found.image.id) != 0)
			return error_say(err, EINVAL,
					 "untag: %s is no name of %s", argv[i],
					 argv[first]);
		if (tag_remove(&store, named.name, err) < 0)
			return error_wrap(err, "untag");
	}
	return 0;
}

static int exists(int argc, char **argv, struct error *err)
{
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };
	int first = options_parse(&image_exists, argc, argv, NULL, err);
	int result;

	if (first < 0)
		return first;
	if (first + 1 != argc)
		return error_say(err, EINVAL, "image exists: name one image");
	if (store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;
	result = image_find(&store, argv[first], &found, err);
	if (result == -ENOENT)
		return 1;
	return result < 0 ? error_wrap(err, "image exists") : 0;
}

static int run_tag(int argc, char **argv, struct error *err)
{
	return tag(&cmd_tag, argc, argv, err);
}

static int run_image_tag(int argc, char **argv, struct error *err)
{
	return tag(&image_tag, argc, argv, err);
}

static int run_untag(int argc, char **argv, struct error *err)
{
	return untag(&cmd_untag, argc, argv, err);
}

static int run_image_untag(int argc, char **argv, struct error *err)
{
	return untag(&image_untag, argc, argv, err);
}

#define TAG(its_program, its_run) \
	{ \
		.name = "tag", .program = (its_program), \
		.synopsis = "IMAGE NAME...", \
		.summary = "Give an image further names", \
		.operands = { OFFER_IMAGE }, .run = (its_run), \
	}

#define UNTAG(its_program, its_run) \
	{ \
		.name = "untag", .program = (its_program), \
		.synopsis = "IMAGE [NAME]...", \
		.summary = "Take names from an image, or all it has", \
		.operands = { OFFER_IMAGE, OFFER_IMAGE, OFFER_IMAGE }, \
		.run = (its_run), \
	}

const struct command cmd_tag = TAG(NULL, run_tag);
const struct command cmd_untag = UNTAG(NULL, run_untag);
const struct command image_tag = TAG("holt image", run_image_tag);
const struct command image_untag = UNTAG("holt image", run_image_untag);

const struct command image_exists = {
	.name = "exists",
	.program = "holt image",
	.synopsis = "IMAGE",
	.summary = "Say by the exit status if there is such an image",
	.operands = { OFFER_IMAGE },
	.run = exists,
};
