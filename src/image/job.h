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

/* A running job. For job_clear(). */
struct job {
	struct process process;
	int reports; /* read end, non-blocking is the caller's to set */
	char *line;  /* what has come of the next report */
	size_t used, room;
	bool failed; /* it has told an error */
	bool done;
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

/**
 * job_start() - Start holt-image
 * @ret:	For job_clear(); untouched on failure
 *
 * It is killed when the thread that started it ends. Return: 0, negative errno
 */
must_check int job_start(const struct job_order *order, struct job *ret,
			 struct error *err);

/**
 * job_next() - The next report
 * @ret:	For auto_json; NULL at the end, when it has succeeded
 * @err:	What the job failed with, in its words. EPIPE: it ended without
 *a word, as when it was killed
 *
 * Waits for it; where .reports is ready to be read it waits no longer than the
 * rest of a line takes. Return: 0, negative errno
 */
must_check int job_next(struct job *job, struct json_object **ret,
			struct error *err);

/** job_report_kind() - "blob", "layer" and so on; borrowed from the report. */
const char *job_report_kind(const struct json_node *report);

/** job_has_line() - Can job_next() answer without reading? */
bool job_has_line(const struct job *job);

/** job_clear() - End it if it runs. */
void job_clear(struct job *job);

/* Reads one report. Return: 0, negative errno, which ends the job */
typedef int job_report_fn(const char *kind, const struct json_node *report,
			  void *argument, struct error *err);

/**
 * job_run() - Start, read every report to the end, and clear
 * @heard:	Called for each but error and done; NULL: warnings are told, the
 *		rest is passed over
 *
 * Return: 0, negative errno
 */
must_check int job_run(const struct job_order *order, job_report_fn *heard,
		       void *argument, struct error *err);

#endif
