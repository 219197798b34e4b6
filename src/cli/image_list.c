// SPDX-License-Identifier: Apache-2.0
#include "cli/image_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "cli/image_view.h"

#define NONE "<none>"

void image_list_clear(struct image_list *all)
{
	for (size_t i = 0; i < all->image_count; i++) {
		image_clear(&all->images[i]);
		image_config_clear(&all->configs[i]);
	}
	free(all->images);
	free(all->configs);
	free(all->rows);
	tags_clear(&all->tags);
}

static void add_rows(struct image_list *all, size_t index)
{
	const struct image *image = &all->images[index];
	struct image_row row = { image, &all->configs[index], NULL, 0 };
	size_t before = all->row_count;

	if (!row.config->created ||
	    timestamp_parse(row.config->created, &row.created) < 0)
		row.created = 0;
	for (size_t i = 0; i <= all->tags.count; i++) {
		bool last = i == all->tags.count;

		if (last ? all->row_count > before
			 : strcmp(all->tags.items[i].image, image->id) != 0)
			continue;
		row.tag = last ? NULL : &all->tags.items[i];
		all->rows = xrealloc_array(all->rows, all->row_count + 1,
					   sizeof(*all->rows));
		all->rows[all->row_count++] = row;
	}
}

int image_list_read(const struct store *store, struct image_list *all,
		    struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };

	if (store_list(store, "images", &ids, err) < 0 ||
	    tags_read(store, &all->tags, err) < 0)
		return -err->code;
	all->images = xcalloc(ids.count + 1, sizeof(*all->images));
	all->configs = xcalloc(ids.count + 1, sizeof(*all->configs));
	for (size_t i = 0; i < ids.count; i++) {
		struct image *image = &all->images[all->image_count];
		int result = image_load(store, ids.items[i], image, err);

		if (result == -ENOENT)
			continue;
		all->image_count++;
		if (result < 0 ||
		    view_config(store, image,
				&all->configs[all->image_count - 1], err) < 0)
			return -err->code;
		add_rows(all, all->image_count - 1);
	}
	return 0;
}

void image_list_split(const struct tag *tag, char **ret_repository,
		      char **ret_tag)
{
	const char *colon = tag ? strrchr(tag->name, ':') : NULL;
	const char *at = tag ? strchr(tag->name, '@') : NULL;
	const char *end = at ? at : colon;

	*ret_repository = end ? xstrndup(tag->name, (size_t)(end - tag->name))
			      : xstrdup(NONE);
	*ret_tag = xstrdup(end && !at ? end + 1 : NONE);
}

static int by_name(const struct image_row *one, const struct image_row *other)
{
	return strcmp(one->tag ? one->tag->name : "",
		      other->tag ? other->tag->name : "");
}

static int by_created(const void *a, const void *b)
{
	const struct image_row *one = a, *other = b;
	int id;

	if (one->created != other->created)
		return one->created < other->created ? 1 : -1;
	id = strcmp(one->image->id, other->image->id);
	return id ? id : by_name(one, other);
}

static int by_id(const void *a, const void *b)
{
	const struct image_row *one = a, *other = b;
	int id = strcmp(one->image->id, other->image->id);

	return id ? id : by_name(one, other);
}

static int by_size(const void *a, const void *b)
{
	const struct image_row *one = a, *other = b;

	if (one->image->size != other->image->size)
		return one->image->size < other->image->size ? -1 : 1;
	return by_id(a, b);
}

static int by_repository(const void *a, const void *b)
{
	int name = by_name(a, b);

	return name ? name : by_id(a, b);
}

static int by_tag(const void *a, const void *b)
{
	const struct image_row *one = a, *other = b;
	const char *first = one->tag ? strrchr(one->tag->name, ':') : NULL;
	const char *second = other->tag ? strrchr(other->tag->name, ':') : NULL;
	int tag = strcmp(first ? first : "", second ? second : "");

	return tag ? tag : by_repository(a, b);
}

void image_list_sort(struct image_list *all, const char *word)
{
	static const struct {
		const char *word;
		int (*compare)(const void *, const void *);
	} orders[] = {
		{ "created", by_created }, { "id", by_id },
		{ "size", by_size },       { "repository", by_repository },
		{ "tag", by_tag },
	};

	for (size_t i = 0; i < ARRAY_COUNT(orders) && all->row_count; i++)
		if (!strcmp(orders[i].word, word ? word : "created"))
			qsort(all->rows, all->row_count, sizeof(*all->rows),
			      orders[i].compare);
}

void image_list_fold(struct image_list *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->row_count; i++) {
		size_t k = 0;

		while (k < kept && all->rows[k].image != all->rows[i].image)
			k++;
		if (k == kept)
			all->rows[kept++] = all->rows[i];
	}
	all->row_count = kept;
}
