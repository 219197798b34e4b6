// SPDX-License-Identifier: Apache-2.0
/* Reports of holt-image on blobs, as bars. */
#ifndef CLI_BLOB_PROGRESS_H
#define CLI_BLOB_PROGRESS_H

#include "base/json.h"
#include "cli/progress.h"

/* What is shown, and how. */
struct blob_progress {
	struct progress *progress; /* owned */
	const char *doing;         /* "fetching" */
	char digest[80];           /* of "pushed"; empty: nothing was */
};

/** blob_progress_heard() - A job_report_fn for a struct blob_progress. */
int blob_progress_heard(const char *kind, const struct json_node *report,
			void *argument, struct error *err);

void blob_progress_clear(struct blob_progress *shown);

#endif
