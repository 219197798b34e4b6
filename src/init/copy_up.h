// SPDX-License-Identifier: Apache-2.0
/* tmpcopyup: a new tmpfs begins with what lies under it. */
#ifndef INIT_COPY_UP_H
#define INIT_COPY_UP_H

#include "base/error.h"

/**
 * copy_up() - Copy a directory's content into another
 * @from:	Descriptor of a directory; what is mounted in it is copied too
 * @to:		Descriptor of an empty directory that can be written
 * @err:	Names the entry; ELOOP: deeper than anybody needs
 *
 * Directories, files, symlinks and FIFOs, with mode, owner and times; devices
 * and sockets are passed over. The directory itself gets mode and owner of the
 * other one. Uses no heap.
 *
 * Return: 0, negative errno
 */
must_check int copy_up(int from, int to, struct error *err);

#endif
