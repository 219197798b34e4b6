// SPDX-License-Identifier: Apache-2.0
/* The layers below one that is unpacked, seen as one tree. */
#ifndef IMAGE_WORKER_LOWERS_H
#define IMAGE_WORKER_LOWERS_H

#include "base/alloc.h"

/**
 * lowers_open() - Open that tree, which nobody else can see
 * @paths:	Directories, the topmost first
 *
 * Several are stacked by an overlay in a mount namespace of our own. Return:
 * descriptor; -1: there are none; other negative errno
 */
must_check int lowers_open(const struct strv *paths, struct error *err);

#endif
