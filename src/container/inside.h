// SPDX-License-Identifier: Apache-2.0
/* A user namespace without anybody in it, for work on files that belong to the
 * users of a container: their owners have names there.
 */
#ifndef CONTAINER_INSIDE_H
#define CONTAINER_INSIDE_H

#include "container/ids.h"

/**
 * inside_make() - Make a user namespace with these maps
 * @ids:	As ids_check() left them
 * @err:	Where the machine forbids it: says what does
 *
 * It ends with its descriptor and whoever has joined it. Return: descriptor,
 * negative errno
 */
must_check int inside_make(const struct ids *ids, struct error *err);

#endif
