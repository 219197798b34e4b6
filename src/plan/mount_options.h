// SPDX-License-Identifier: Apache-2.0
/* The mount options of runtime-spec ("Linux mount options" in config.md) as
 * flags of the kernel's mount API. One table; what it doesn't hold goes to the
 * file system as it is written.
 */
#ifndef PLAN_MOUNT_OPTIONS_H
#define PLAN_MOUNT_OPTIONS_H

#include <stdint.h>

#include "base/alloc.h"

struct mount_options {
	uint64_t set, clear;                     /* MOUNT_ATTR_* */
	uint64_t recursive_set, recursive_clear; /* MOUNT_ATTR_* */
	uint64_t propagation;                    /* MS_* */
	bool propagate_recursive;
	bool bind, recursive_bind;
	bool remount; /* no mount, but a change of one */
	bool copy_up;
	bool copy_symlink, source_nofollow, target_nofollow;
	bool idmap, idmap_recursive; /* "idmap" or "ridmap" was there */
	const char *idmap_words;     /* behind its "=", borrowed; NULL: none */
	struct strv data; /* owned: what is left for the file system */
};

/** mount_options_parse() - Read the options of one mount, last one wins. */
void mount_options_parse(const struct strv *list, struct mount_options *ret);

void mount_options_clear(struct mount_options *ret);

/** mount_option_name() - The name of the option number @index, NULL behind the
 * last; in the alphabet's order
 */
const char *mount_option_name(size_t index);

#endif
