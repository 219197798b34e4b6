// SPDX-License-Identifier: Apache-2.0
/* Names of running containers: one at a time may have one. A name is a locked
 * file, so that it is free again whatever way its holder ended.
 */
#ifndef CONTAINER_NAME_H
#define CONTAINER_NAME_H

#include "base/alloc.h"
#include "base/proc.h"

struct running;

/* A name that is held. Zero .path: none. */
struct name {
	int fd;
	char *path; /* owned */
};

/**
 * name_claim() - Take a name
 * @word:	[a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 128 characters
 * @ret:	Held until name_release(); untouched on failure
 * @err:	EINVAL: not a name; EEXIST: another container has it
 *
 * Return: 0, negative errno
 */
must_check int name_claim(const char *word, struct name *ret,
			  struct error *err);

/** name_release() - Give it up, and sweep what killed holders have left */
void name_release(struct name *name);

/* Whose a name is. */
struct name_owner {
	char *id;
	char *path;          /* of the file, for name_socket_connect() */
	int file;            /* and that, owned; -1 */
	struct process init; /* for process_close() */
	int userns;          /* owned; -1: as below */
	int netns;           /* -1: it has no network of holt's */
	bool has_rules;      /* about where it may send */
	/* Its files: where their owners are, and where they are seen. -1: as
	 * below, or as here
	 */
	int files_userns, mntns;
};

#define NAME_OWNER_NONE \
	((struct name_owner){ \
		.file = -1, \
		.init = { 0, -1 }, \
		.userns = -1, \
		.netns = -1, \
		.files_userns = -1, \
		.mntns = -1, \
	})

void name_owner_clear(struct name_owner *owner);

/**
 * name_note() - Say whose the name is, now that there is a container
 * @id:		Of the container
 * @running:	It and its namespaces, which stay open here as long as it runs:
 *		from outside they can't be opened any more
 *
 * Return: 0, negative errno
 */
must_check int name_note(const struct name *name, const char *id,
			 const struct running *running, struct error *err);

/**
 * name_find() - Find a running container
 * @word:	Its name, or the beginning of its id
 * @ret:	NAME_OWNER_NONE; for name_owner_clear()
 * @err:	ENOENT: "no such container"; EEXIST: several ids begin so
 *
 * Return: 0, negative errno
 */
must_check int name_find(const char *word, struct name_owner *ret,
			 struct error *err);

/** name_list() - The names of running containers, sorted; ids are among them */
void name_list(struct strv *ret);

/**
 * runtime_directory() - Where our state of this boot is
 * @ret_path:	$XDG_RUNTIME_DIR/holt; where that is not set or not ours,
 *		/run/holt for root and /tmp/holt-UID for others; made with mode
 *		0700. Owned by the caller
 * @err:	EPERM: it is there, and not a private directory of ours
 *
 * Return: 0, negative errno
 */
must_check int runtime_directory(char **ret_path, struct error *err);

#endif
