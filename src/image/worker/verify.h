// SPDX-License-Identifier: Apache-2.0
/* The job "verify": are blobs what their names say? */
#ifndef IMAGE_WORKER_VERIFY_H
#define IMAGE_WORKER_VERIFY_H

#include "image/worker/work.h"

/**
 * verify_work() - Read every blob below descriptor 3, and report the damaged
 *
 * Request: {"remove": bool}. Return: 0, also where some are; negative errno
 */
work_fn verify_work;

#endif
