// SPDX-License-Identifier: Apache-2.0
/* What -v and --mount type=bind have in common. */
#ifndef CLI_RUN_BIND_H
#define CLI_RUN_BIND_H

#include "oci/spec.h"

/**
 * bind_add_option() - One option of a bind as the spec's options
 * @options:	Of the mount
 * @word:	As typed; "ro" means the whole tree: a submount that can still
 *be written isn't what anybody asked for
 * @propagation: Set if @word is about that
 *
 * Return: 0, negative errno
 */
must_check int bind_add_option(struct strv *options, const char *word,
			       bool *propagation, struct error *err);

/** bind_check_target() - Is it a path that something can be mounted on? */
must_check int bind_check_target(const char *target, struct error *err);

/**
 * bind_add() - Add a bind of a path of the host's, or of a volume
 * @source:	A path has to exist; a name is looked for when all is read
 *
 * Return: the mount, still without options; NULL: @err says why
 */
must_check struct spec_mount *bind_add(struct spec *spec, const char *source,
				       const char *target, struct error *err);

#endif
