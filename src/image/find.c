// SPDX-License-Identifier: Apache-2.0
#include "image/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void found_image_clear(struct found_image *found)
{
	image_clear(&found->image);
	free(found->name);
	*found = (struct found_image){ 0 };
}

/* Return: 0, -ENOENT, other negative errno */
must_check static int by_tag(const struct store *store, const char *name,
			     struct found_image *ret, struct error *err)
{
	auto_with(tag_clear) struct tag tag = { 0 };
	int result = tag_find(store, name, &tag, err);

	if (result == 0)
		result = image_load(store, tag.image, &ret->image, err);
	if (result == 0)
		ret->name = xstrdup(name);
	return result;
}

static bool is_of(const char *name, const char *repository)
{
	size_t length = strlen(repository);

	return strncmp(name, repository, length) == 0 &&
	       (name[length] == ':' || name[length] == '@');
}

/* NAME@DIGEST names what was pulled by a tag too: the digest is that of the
 * manifest, or of the list that it was chosen from.
 */
must_check static int by_digest(const struct store *store,
				const struct reference *reference,
				struct found_image *ret, struct error *err)
{
	auto_free char *repository = reference_repository(reference);
	auto_with(tags_clear) struct tags tags = { 0 };

	if (tags_read(store, &tags, err) < 0)
		return -err->code;
	for (size_t i = 0; i < tags.count; i++) {
		const struct tag *tag = &tags.items[i];
		auto_with(image_clear) struct image image = { 0 };
		int result;

		if (!is_of(tag->name, repository))
			continue;
		result = image_load(store, tag->image, &image, err);
		if (result == -ENOENT)
			continue;
		if (result < 0)
			return result;
		if (!digest_equals(&tag->digest, &reference->digest) &&
		    !digest_equals(&image.manifest, &reference->digest))
			continue;
		ret->image = image;
		image = (struct image){ 0 };
		ret->name = xstrdup(tag->name);
		return 0;
	}
	return -ENOENT;
}

must_check static int by_reference(const struct store *store,
				   struct reference *reference,
				   struct found_image *ret, struct error *err)
{
	auto_free char *name = NULL;
	int result;

	reference_complete(reference);
	name = reference_name(reference);
	result = by_tag(store, name, ret, err);
	if (result == -ENOENT && digest_is_set(&reference->digest))
		result = by_digest(store, reference, ret, err);
	return result;
}

must_check static int by_name(const struct store *store, const char *word,
			      struct found_image *ret, struct error *err)
{
	auto_with(reference_clear) struct reference reference = { 0 };
	auto_with(reference_clear) struct reference local = { 0 };
	int result;

	if (reference_parse(word, &reference, err) < 0)
		return -err->code;
	if (!reference.domain) {
		reference_copy(&reference, &local);
		local.domain = xstrdup("localhost");
	}
	result = local.domain ? by_reference(store, &local, ret, err) : -ENOENT;
	if (result == -ENOENT)
		result = by_reference(store, &reference, ret, err);
	return result;
}

/* Return: 0, -ENOENT, other negative errno */
must_check static int by_id(const struct store *store, const char *digits,
			    struct found_image *ret, struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };
	const char *found = NULL;

	if (store_list(store, "images", &ids, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ids.count; i++) {
		if (strncmp(ids.items[i], digits, strlen(digits)) != 0)
			continue;
		if (found)
			return error_say(
				err, ENOTUNIQ,
				"the ids of several images begin with %s: give more of it",
				digits);
		found = ids.items[i];
	}
	return found ? image_load(store, found, &ret->image, err) : -ENOENT;
}

static bool may_be_id(const char *word)
{
	size_t length = strlen(word);

	return length > 0 && length <= DIGEST_HEX &&
	       strspn(word, "0123456789abcdef") == length;
}

int image_find(const struct store *store, const char *word,
	       struct found_image *ret, struct error *err)
{
	auto_with(found_image_clear) struct found_image found = { 0 };
	const char *digits = strncmp(word, "sha256:", 7) == 0 ? word + 7 : word;
	int result = -ENOENT;

	/* Whoever has called an image "cafe" means that one. */
	if (digits == word && strlen(word) != DIGEST_HEX)
		result = by_name(store, word, &found, err);
	if (result == -ENOENT && may_be_id(digits))
		result = by_id(store, digits, &found, err);
	if (result < 0)
		return result;
	*ret = found;
	found = (struct found_image){ 0 };
	return 0;
}

int image_find_or_say(const struct store *store, const char *word,
		      struct found_image *ret, struct error *err)
{
	int result = image_find(store, word, ret, err);

	if (result == -ENOENT)
		return error_say(err, ENOENT, "%s: image not known", word);
	return result;
}
