// SPDX-License-Identifier: Apache-2.0
/* The commands of holt system, and sizes of what is in the store. */
#ifndef CLI_SYSTEM_PARTS_H
#define CLI_SYSTEM_PARTS_H

#include "command/option.h"
#include "image/sweep.h"

extern const struct command system_check;
extern const struct command system_df;
extern const struct command system_prune;
extern const struct command system_reset;

/**
 * prune_images() - Remove images that nobody uses
 * @store:	Held exclusively
 * @all:	Also those that have names
 * @ret:	How many
 *
 * What they have held is left to sweep(). Each is printed. Return: 0, negative
 * errno
 */
must_check int prune_images(const struct store *store, bool all, size_t *ret,
			    struct error *err);

/** confirm() - Ask on the terminal. Return: was it "y" or "yes"? */
bool confirm(const char *question);

#endif
