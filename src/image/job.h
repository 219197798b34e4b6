// SPDX-License-Identifier: Apache-2.0
/* A job for holt-image: started, given its request, and its reports read. */
#ifndef IMAGE_JOB_H
#define IMAGE_JOB_H

#include "base/json.h"
#include "base/proc.h"

/* Where it is started. */
struct job_place {
	int userns; /* descriptor, borrowed; become its root. -1: as we are */
};

enum { JOB_FDS_MAX = 4, JOB_REPORT_MAX = 256 << 10 /* bytes */ };

/* What is to be done. All borrowed. */
struct job_order {
	const char *name;              /* of the job: "fetch", "unpack" ... */
	const struct job_place *place; /* NULL: as we are */
	struct json_object *request;
	const int *fds; /* become descriptors 3 and up there */
	size_t fd_count;
};

/* Reads one report. Return: 0, negative errno, which ends the job */
typedef int job_report_fn(const char *kind, const struct json_node *report,
			  void *argument, struct error *err);

/**
 * job_run() - Start, read every report to the end, and clear
 * @heard:	Called for each but error, done and warnings, which are told;
 *		NULL: nobody wants to know
 *
 * Return: 0, negative errno
 */
must_check int job_run(const struct job_order *order, job_report_fn *heard,
		       void *argument, struct error *err);

#endif
