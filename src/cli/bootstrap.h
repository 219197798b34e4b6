// SPDX-License-Identifier: Apache-2.0
/* An image made of Debian's packages, by mmdebstrap(1). What it builds goes to
 * holt-image as it comes, and is nowhere a second time.
 */
#ifndef CLI_BOOTSTRAP_H
#define CLI_BOOTSTRAP_H

#include "command/option.h"

/* What is wanted. All borrowed. */
struct bootstrap_wish {
	const char *suite;    /* checked */
	const char *variant;  /* as mmdebstrap calls them */
	const char *name;     /* of import_read_name() */
	struct list mirrors;  /* URIs or lines; empty: as this machine's apt */
	struct list includes; /* packages, also several with commas */
	bool quiet;           /* say nothing unless it fails */
};

/**
 * bootstrap_debian() - Make it
 * @ret_id:	Of the image, hexadecimal; owned
 * @err:	What is missing and the remedy, or that mmdebstrap has failed,
 *		which has said why on standard error
 *
 * Return: 0, negative errno
 */
must_check int bootstrap_debian(const struct bootstrap_wish *wish,
				char **ret_id, struct error *err);

#endif
