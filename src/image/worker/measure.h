// SPDX-License-Identifier: Apache-2.0
/* The job "measure": what trees take on the disk. */
#ifndef IMAGE_WORKER_MEASURE_H
#define IMAGE_WORKER_MEASURE_H

#include "image/worker/work.h"

/**
 * measure_work() - Report the bytes of trees below descriptor 3
 *
 * Request: {"names": [...]}. A file with several names counts once. A name that
 * is missing takes nothing. Return: 0, negative errno
 */
work_fn measure_work;

#endif
