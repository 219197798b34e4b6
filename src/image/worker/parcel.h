// SPDX-License-Identifier: Apache-2.0
/* The files that an archive or a directory has, by name. An archive is spooled
 * into the store as it comes, once; of a directory only what is asked for.
 * Names are words to look things up by, and never become paths.
 */
#ifndef IMAGE_WORKER_PARCEL_H
#define IMAGE_WORKER_PARCEL_H

#include "image/worker/spool.h"

enum {
	PARCEL_ENTRIES_MAX = 100000, /* of an archive */
	PARCEL_FILES_MAX = 4000,     /* of them with content */
};

enum parcel_kind {
	PARCEL_FILE,
	PARCEL_LINK, /* symbolic or hard: .target */
	PARCEL_OTHER,
};

struct parcel_file {
	char *name;   /* without "./" in front */
	char *target; /* of a link, from the top */
	enum parcel_kind kind;
	struct spool content; /* ended */
	bool is_wanted;       /* to be committed */
};

/* For parcel_clear(). */
struct parcel {
	int store;
	int dir; /* that it is, borrowed; -1: an archive */
	struct parcel_file *files;
	size_t count;
	size_t room;
	size_t contents;
};

/**
 * parcel_open() - Read an archive, or be ready to read a directory
 * @fd:		Borrowed
 * @ret:	For parcel_clear(), also after a failure
 *
 * Return: 0, negative errno
 */
must_check int parcel_open(int store, int fd, struct parcel *ret,
			   struct error *err);

/**
 * parcel_has() - Is there something of this name? Directories are asked.
 */
bool parcel_has(struct parcel *parcel, const char *name);

/**
 * parcel_get() - A file by its name, through links
 * @ret:	Borrowed, until the next call
 * @err:	ENOENT: there is none; EINVAL: it isn't a file
 *
 * Return: 0, negative errno
 */
must_check int parcel_get(struct parcel *parcel, const char *name,
			  struct parcel_file **ret, struct error *err);

/* A file that was read. */
struct parcel_text {
	char *text; /* owned */
	size_t size;
	struct parcel_file *file; /* borrowed, until the next call */
};

/** parcel_read() - The same, and its text. @ret: for parcel_text_clear() */
must_check int parcel_read(struct parcel *parcel, const char *name,
			   size_t limit, struct parcel_text *ret,
			   struct error *err);

void parcel_text_clear(struct parcel_text *text);

/**
 * parcel_commit() - Let what is wanted be blobs of the store
 *
 * Return: 0, negative errno
 */
must_check int parcel_commit(struct parcel *parcel, struct error *err);

void parcel_clear(struct parcel *parcel);

#endif
