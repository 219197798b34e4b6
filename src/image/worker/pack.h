// SPDX-License-Identifier: Apache-2.0
/* The job "pack": a tree becomes a tar stream, the same tree always the same
 * one. Somebody may change the tree meanwhile, and mean ill.
 *
 * Theory of operation: nothing is remembered of a file but its path below the
 * tree, and each path is resolved by openat2(2) anew, never through a symlink,
 * to another mount or out of the tree. What is written of a file is asked of
 * the descriptor that was opened then. So whoever moves files about gets a
 * stream of what they put there, and never anything from elsewhere.
 */
#ifndef IMAGE_WORKER_PACK_H
#define IMAGE_WORKER_PACK_H

#include <stdint.h>
#include <sys/stat.h>

#include "image/worker/work.h"

struct archive; /* of libarchive */
struct archive_entry;

/* For pack_clear(). */
struct pack {
	int tree;                    /* descriptor */
	bool overlay;                /* it is an overlay's upper directory */
	uint64_t epoch;              /* no time is later; seconds */
	struct archive *archive;     /* that is written */
	struct archive_entry *entry; /* at work */
	void *links;                 /* first names of files with several */
	char *buffer;                /* PACK_BUFFER bytes */
};

enum { PACK_BUFFER = 1 << 18 };

/**
 * pack_work() - Write the tree in descriptor 3 to descriptor 4
 *
 * Request: {"compression": "none", "gzip" or "zstd", "overlay", "epoch"}. As
 * root of a user namespace.
 *
 * Return: 0, negative errno
 */
work_fn pack_work;

/**
 * pack_open() - Open what a path leads to, and nothing else
 * @path:	"": the tree itself
 *
 * Return: descriptor, negative errno
 */
must_check int pack_open(const struct pack *pack, const char *path, int flags);

/** pack_tree() - Write all of it, sorted. Return: 0, negative errno */
must_check int pack_tree(struct pack *pack, struct error *err);

/**
 * pack_one() - Write what a path leads to, if it is there still
 *
 * Return: 1: it is a directory, to be entered; 0, negative errno
 */
must_check int pack_one(struct pack *pack, const char *path, struct error *err);

/**
 * pack_content() - Write just so many bytes of a file
 *
 * Holes aren't read. One that has become shorter ends with zeros, and is told.
 */
must_check int pack_content(struct pack *pack, int fd, const char *path,
			    uint64_t size, struct error *err);

/** pack_header() - Write .entry. Return: 0, negative errno */
must_check int pack_header(struct pack *pack, const char *path,
			   struct error *err);

/** pack_data() - Write a part of a file. */
must_check int pack_data(struct pack *pack, const void *data, size_t size,
			 struct error *err);

/**
 * pack_first_name() - Under which name was this file written before?
 *
 * Return: borrowed; NULL: it wasn't, and from now on it is under @path
 */
const char *pack_first_name(struct pack *pack, const struct stat *st,
			    const char *path);

void pack_clear(struct pack *pack);

#endif
