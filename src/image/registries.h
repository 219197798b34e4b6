// SPDX-License-Identifier: Apache-2.0
/* Where images are fetched from: registries.conf, version 2, of containers'
 * tools (containers-registries.conf(5)), with its mirrors, other names and
 * short names.
 */
#ifndef IMAGE_REGISTRIES_H
#define IMAGE_REGISTRIES_H

#include "base/json.h"
#include "oci/reference.h"

enum mirror_use { MIRROR_ALL, MIRROR_DIGEST_ONLY, MIRROR_TAG_ONLY };

struct registry_mirror {
	char *location;
	bool insecure;
	enum mirror_use use;
};

/* A row [[registry]]. */
struct registry_row {
	char *prefix;   /* never NULL; may begin with "*." */
	char *location; /* NULL: where the name says */
	bool insecure, blocked, mirror_by_digest_only;
	struct registry_mirror *mirrors; /* owned */
	size_t mirror_count;
};

/* For registries_clear(). Zero says nothing. */
struct registries {
	struct registry_row *rows;
	size_t row_count;
	struct strv search;         /* unqualified-search-registries */
	struct strv names, aliases; /* the short name i is aliases[i] */
};

/* Where a repository is looked for; both are owned. */
struct registry_place {
	char *host; /* as 'holt login' and certs.d know it: "docker.io" */
	char *path;
	bool insecure;
};

struct registry_places {
	struct registry_place *items;
	size_t count;
};

/**
 * registries_read() - What the files of the user and of the system say
 * @ret:	Zeroed
 *
 * $CONTAINERS_REGISTRIES_CONF, or else the user's file, or else the system's;
 * without the first also those in both's registries.conf.d. Return: 0, negative
 * errno
 */
must_check int registries_read(struct registries *ret, struct error *err);

/** registries_read_text() - Add what one file says. */
must_check int registries_read_text(const char *text, struct registries *ret,
				    struct error *err);

/**
 * registries_complete() - Make a short name a whole one
 * @name:	Gets a domain by an alias, or by the first registry to search,
 *		or docker.io's; and a tag, if it has neither tag nor digest
 *
 * Return: 0, negative errno
 */
must_check int registries_complete(const struct registries *registries,
				   struct reference *name, struct error *err);

/**
 * registries_find() - Where to look for an image, in order
 * @name:	Whole
 * @mirrors:	For pulling; else where it would be pushed
 * @ret:	Empty; for registry_places_clear()
 * @err:	EACCES: it is blocked
 *
 * Return: 0, negative errno
 */
must_check int registries_find(const struct registries *registries,
			       const struct reference *name, bool mirrors,
			       struct registry_places *ret, struct error *err);

void registry_places_clear(struct registry_places *places);

void registries_clear(struct registries *registries);

#endif
