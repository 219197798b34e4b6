// SPDX-License-Identifier: Apache-2.0
/* Volumes: directories with a name that containers come and go with.
 *
 *	volumes/NAME/_data        what is mounted
 *	volumes/NAME/volume.json  when it was made, and its labels
 *	volumes/NAME/fresh        until the first container has begun: then what
 *	                          the image has at its place is copied there
 *
 * Who uses one holds its directory's lock as shared, who removes it alone.
 */
#ifndef IMAGE_VOLUME_H
#define IMAGE_VOLUME_H

#include "image/trash.h"

/* For volume_clear(). Zero is the empty value. */
struct volume {
	char *name;
	char *path;         /* of _data, absolute */
	char *created;      /* RFC 3339 */
	struct strv labels; /* KEY=VALUE */
	bool is_fresh;
};

void volume_clear(struct volume *volume);

/** volume_is_name() - A letter or digit, then those, "_", "." and "-" */
bool volume_is_name(const char *word);

/**
 * volume_make() - Make an empty one
 * @labels:	May be NULL
 * @err:	EEXIST: there is one of this name; EINVAL: the name is none
 *
 * Return: 0, negative errno
 */
must_check int volume_make(const struct store *store, const char *name,
			   const struct strv *labels, struct error *err);

/**
 * volume_load() - Read what is known of one
 * @ret:	Untouched on failure
 *
 * Return: 0, -ENOENT: there is none, other negative errno
 */
must_check int volume_load(const struct store *store, const char *name,
			   struct volume *ret, struct error *err);

/** volume_list() - The names of all, sorted. */
must_check int volume_list(const struct store *store, struct strv *ret,
			   struct error *err);

/** volumes_offer() - The names of all, without making or locking anything. */
void volumes_offer(struct strv *ret);

/* Somebody uses it. For volume_use_end(). */
struct volume_use {
	int lock;
	int fresh;  /* locked, while what the image has is copied; -1: it isn't
		     */
	char *path; /* of _data, absolute; owned */
};

#define VOLUME_UNUSED ((struct volume_use){ -1, -1, NULL })

/**
 * volume_use_begin() - Use it, and make it if there is none
 * @copy:	It is to have what the image has at its place, if it is fresh.
 *		Waits while another container does that
 * @ret:	.fresh says whether it is. What one who was killed has copied is
 *		gone
 *
 * Return: 0, negative errno
 */
must_check int volume_use_begin(const struct store *store, const char *name,
				bool copy, struct volume_use *ret,
				struct error *err);

/** volume_use_copied() - What the image has is there, all of it. */
void volume_use_copied(struct volume_use *use);

void volume_use_end(struct volume_use *use);

/** volume_is_used() - Does a container use it? */
bool volume_is_used(const struct store *store, const char *name);

/**
 * volume_remove() - Remove one that nobody uses
 * @userns:	For files of others; see image/trash.h
 * @err:	EBUSY: a container uses it; ENOENT: there is none
 *
 * Return: 0, negative errno
 */
must_check int volume_remove(const struct store *store, const char *name,
			     userns_fn *userns, void *argument,
			     struct error *err);

#endif
