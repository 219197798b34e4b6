// SPDX-License-Identifier: Apache-2.0
#include "cli/image_filter.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "image/find.h"

/* As people call it: without docker.io's part, or ours. */
static const char *without_domain(const char *name)
{
	static const char *const prefixes[] = { "docker.io/library/",
						"docker.io/", "localhost/" };

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return name + strlen(prefixes[i]);
	return name;
}

static bool matches_reference(const struct image_row *row, const char *pattern)
{
	auto_free char *repository = NULL;
	auto_free char *tag = NULL;

	if (!row->tag)
		return false;
	image_list_split(row->tag, &repository, &tag);
	return fnmatch(pattern, row->tag->name, 0) == 0 ||
	       fnmatch(pattern, repository, 0) == 0 ||
	       fnmatch(pattern, without_domain(row->tag->name), 0) == 0 ||
	       fnmatch(pattern, without_domain(repository), 0) == 0;
}

static bool has_label(const struct image_row *row, const char *word)
{
	size_t length = strlen(word);
	bool whole = strchr(word, '=') != NULL;

	for (size_t i = 0; i < row->config->labels.count; i++) {
		const char *label = row->config->labels.items[i];

		if (strncmp(label, word, length) == 0 &&
		    label[length] == (whole ? '\0' : '='))
			return true;
	}
	return false;
}

/* When the image was made that "before" and "since" name. */
must_check static int find_age(const struct image_list *all,
			       const struct store *store, const char *word,
			       int64_t *ret, struct error *err)
{
	auto_with(found_image_clear) struct found_image found = { 0 };

	if (image_find_or_say(store, word, &found, err) < 0)
		return -err->code;
	*ret = 0;
	for (size_t i = 0; i < all->row_count; i++)
		if (strcmp(all->rows[i].image->id, found.image.id) == 0)
			*ret = all->rows[i].created;
	return 0;
}

must_check static int matches(const struct image_list *all,
			      const struct store *store,
			      const struct image_row *row, const char *filter,
			      bool *ret, struct error *err)
{
	const char *value = strchr(filter, '=');
	auto_free char *name =
		xstrndup(filter, value ? (size_t)(value - filter) : 0);
	bool wanted = true, is_age = false;
	int64_t age = 0;

	if (!value)
		return error_say(err, EINVAL,
				 "--filter: '%s' is not NAME=VALUE", filter);
	value++;
	if (strcmp(name, "reference") == 0)
		*ret = matches_reference(row, value);
	else if (strcmp(name, "label") == 0)
		*ret = has_label(row, value);
	else if (strcmp(name, "before") == 0 || strcmp(name, "since") == 0)
		is_age = true;
	else if (strcmp(name, "dangling") != 0)
		return error_say(
			err, EINVAL,
			"--filter: there is no '%s', but reference, dangling, label, before and since",
			name);
	else if (parse_bool(value, &wanted) < 0)
		return error_say(err, EINVAL,
				 "--filter: dangling is true or false");
	else
		*ret = (row->tag == NULL) == wanted;
	if (!is_age)
		return 0;
	if (find_age(all, store, value, &age, err) < 0)
		return -err->code;
	*ret = name[0] == 'b' ? row->created < age : row->created > age;
	return 0;
}

int image_filter(struct image_list *all, const struct store *store,
		 const struct list *filters, const char *word,
		 struct error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->row_count; i++) {
		bool good = !word || matches_reference(&all->rows[i], word);

		for (size_t k = 0; k < filters->count && good; k++)
			if (matches(all, store, &all->rows[i],
				    filters->items[k], &good, err) < 0)
				return -err->code;
		if (good)
			all->rows[kept++] = all->rows[i];
	}
	all->row_count = kept;
	return 0;
}
