// SPDX-License-Identifier: Apache-2.0
/* The job "unpack": a layer becomes a directory. */
#ifndef IMAGE_WORKER_UNPACK_H
#define IMAGE_WORKER_UNPACK_H

#include "image/worker/work.h"

/**
 * unpack_work() - Unpack the blob in descriptor 3 into the directory in 4
 *
 * Request: {"mediaType", "diffId", "size", "lowers": [paths, topmost first],
 * "singleId", "limits": {"bytes"}}. As root of a user namespace. On success the
 * directory is one that an overlay with "userxattr" can have as a layer over
 * those below, and its content is what the diffId says.
 *
 * Return: 0, negative errno
 */
work_fn unpack_work;

#endif
