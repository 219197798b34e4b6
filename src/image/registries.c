// SPDX-License-Identifier: Apache-2.0
#include "image/registries.h"

#include <stdlib.h>
#include <string.h>

/* Does @name lie below @prefix? Return: bytes of @name that @prefix stands for;
 * 0: no
 */
static size_t match(const char *prefix, const char *name)
{
	size_t length = strlen(prefix), host = strcspn(name, "/");

	if (strncmp(prefix, "*.", 2) == 0) {
		const char *tail = prefix + 1;

		length = strlen(tail);
		return host > length && strncmp(name + host - length, tail,
						length) == 0
			       ? host
			       : 0;
	}
	if (strncmp(prefix, name, length) != 0)
		return 0;
	return !name[length] || strchr("/:@", name[length]) ? length : 0;
}

static const struct registry_row *find_row(const struct registries *registries,
					   const char *name)
{
	const struct registry_row *best = NULL;

	for (size_t i = 0; i < registries->row_count; i++) {
		const struct registry_row *row = &registries->rows[i];

		if (match(row->prefix, name) &&
		    (!best || strlen(row->prefix) > strlen(best->prefix)))
			best = row;
	}
	return best;
}

/* "HOST/PATH" */
must_check static int add_place(const char *name, bool insecure,
				struct registry_places *ret, struct error *err)
{
	size_t host = strcspn(name, "/");

	if (!name[host] || !name[host + 1] || host == 0)
		return error_say(err, EINVAL,
				 "registries.conf: '%.200s' is no repository",
				 name);
	ret->items =
		xrealloc_array(ret->items, ret->count + 1, sizeof(*ret->items));
	ret->items[ret->count++] = (struct registry_place){
		.host = xstrndup(name, host),
		.path = xstrdup(name + host + 1),
		.insecure = insecure,
	};
	return 0;
}

/* @location in place of the part of the name that @prefix stands for */
must_check static int add_moved(const char *location, const char *prefix,
				const char *name, bool insecure,
				struct registry_places *ret, struct error *err)
{
	auto_free char *moved =
		xasprintf("%s%s", location, name + match(prefix, name));

	return add_place(moved, insecure, ret, err);
}

static bool is_usable(const struct registry_row *row,
		      const struct registry_mirror *mirror, bool by_digest)
{
	if (row->mirror_by_digest_only && !by_digest)
		return false;
	return mirror->use == MIRROR_ALL ||
	       (mirror->use == MIRROR_DIGEST_ONLY) == by_digest;
}

must_check static int add_mirrors(const struct registry_row *row,
				  const char *name, bool by_digest,
				  struct registry_places *ret,
				  struct error *err)
{
	for (size_t i = 0; i < row->mirror_count; i++) {
		const struct registry_mirror *mirror = &row->mirrors[i];

		if (is_usable(row, mirror, by_digest) &&
		    add_moved(mirror->location, row->prefix, name,
			      mirror->insecure, ret, err) < 0)
			return -err->code;
	}
	return 0;
}

int registries_find(const struct registries *registries,
		    const struct reference *name, bool mirrors,
		    struct registry_places *ret, struct error *err)
{
	auto_free char *text = reference_repository(name);
	const struct registry_row *row = find_row(registries, text);
	bool by_digest = digest_is_set(&name->digest);

	if (!row)
		return add_place(text, false, ret, err);
	if (row->blocked)
		return error_say(err, EACCES,
				 "registries.conf blocks what begins with %s",
				 row->prefix);
	if (mirrors && add_mirrors(row, text, by_digest, ret, err) < 0)
		return -err->code;
	if (!row->location)
		return add_place(text, row->insecure, ret, err);
	return add_moved(row->location, row->prefix, text, row->insecure, ret,
			 err);
}

static const char *find_alias(const struct registries *registries,
			      const char *name)
{
	/* Later files have the last word. */
	for (size_t i = registries->names.count; i > 0; i--)
		if (strcmp(registries->names.items[i - 1], name) == 0)
			return registries->aliases.items[i - 1];
	return NULL;
}

/* "docker.io/library/alpine" of an alias becomes domain and path. */
must_check static int set_repository(const char *text, struct reference *name,
				     struct error *err)
{
	struct reference meant;

	if (reference_parse(text, &meant, err) < 0)
		return error_wrap(err, "registries.conf");
	free(name->domain);
	free(name->path);
	name->domain = meant.domain;
	name->path = meant.path;
	meant.domain = meant.path = NULL;
	reference_clear(&meant);
	return 0;
}

int registries_complete(const struct registries *registries,
			struct reference *name, struct error *err)
{
	const char *alias =
		name->domain ? NULL : find_alias(registries, name->path);

	if (alias && *alias) {
		if (set_repository(alias, name, err) < 0)
			return -err->code;
	} else if (!name->domain && registries->search.count) {
		auto_free char *text = xasprintf(
			"%s/%s", registries->search.items[0], name->path);

		if (set_repository(text, name, err) < 0)
			return -err->code;
	}
	reference_complete(name);
	return 0;
}

void registry_places_clear(struct registry_places *places)
{
	for (size_t i = 0; i < places->count; i++) {
		free(places->items[i].host);
		free(places->items[i].path);
	}
	free(places->items);
	*places = (struct registry_places){ 0 };
}

static void row_clear(struct registry_row *row)
{
	free(row->prefix);
	free(row->location);
	for (size_t i = 0; i < row->mirror_count; i++)
		free(row->mirrors[i].location);
	free(row->mirrors);
}

void registries_clear(struct registries *registries)
{
	for (size_t i = 0; i < registries->row_count; i++)
		row_clear(&registries->rows[i]);
	free(registries->rows);
	strv_clear(&registries->search);
	strv_clear(&registries->names);
	strv_clear(&registries->aliases);
	*registries = (struct registries){ 0 };
}
