// SPDX-License-Identifier: Apache-2.0
/* Naming several containers at once: --regex. */
#ifndef RUNTIME_MATCHING_H
#define RUNTIME_MATCHING_H

#include <stdbool.h>

#include "base/alloc.h"

/**
 * matching_ids() - The containers that a word stands for
 * @root:	Of the state directories
 * @word:	An id, which need not exist; with @regex a pattern as the
 *		shell has them (glob(7)) of a whole id, or an extended regular
 *		expression (regex(7)), which is searched for in every id
 * @ret:	Appended to; for a @regex that matches nothing, nothing
 * @err:	EINVAL: the expression is wrong, and where
 *
 * Return: 0, negative errno
 */
must_check int matching_ids(const char *root, const char *word, bool regex,
			    struct strv *ret, struct error *err);

#endif
