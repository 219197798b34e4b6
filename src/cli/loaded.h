// SPDX-License-Identifier: Apache-2.0
/* Images that holt-image has brought into the store: recorded and named. */
#ifndef CLI_LOADED_H
#define CLI_LOADED_H

#include <stdbool.h>

#include "base/json.h"
#include "image/store.h"

/* What has been added. For loaded_clear(). */
struct loaded {
	const struct store *store;
	const char *called; /* and not as it calls itself; "": nothing; NULL */
	bool moves_names;   /* from other images, without a word */
	struct strv names;  /* or "sha256:ID" where it has none */
	struct strv ids;    /* hexadecimal, one an image */
};

/**
 * loaded_heard() - A job_report_fn whose argument is a struct loaded
 *
 * A name that was another image's is told, unless that is what is wanted.
 * Return: 0, negative errno
 */
must_check int loaded_heard(const char *kind, const struct json_node *report,
			    void *argument, struct error *err);

void loaded_clear(struct loaded *loaded);

#endif
