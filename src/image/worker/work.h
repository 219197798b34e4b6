// SPDX-License-Identifier: Apache-2.0
/* The jobs of holt-image. */
#ifndef IMAGE_WORKER_WORK_H
#define IMAGE_WORKER_WORK_H

#include "base/error.h"

/* One job. Reads its request, does it, sends its reports but for the error.
 * Return: 0, negative errno
 */
typedef int work_fn(struct error *err);

/* A row a job, what "holt-image NAME" does. */
struct work {
	const char *name;    /* NULL ends the table */
	const char *summary; /* for --help */
	work_fn *run;
};

work_fn work_fetch; /* from a registry into the store */
work_fn work_push;  /* the other way */
work_fn work_tags, work_login;
work_fn work_load;    /* from an archive into the store */
work_fn work_import;  /* a root becomes an image in the store */
work_fn work_save;    /* from the store into an archive */
work_fn work_flatten; /* one tree of several layers */

#endif
