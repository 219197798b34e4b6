// SPDX-License-Identifier: Apache-2.0
/* What `create` and `run` are asked to make: a bundle, read. */
#ifndef RUNTIME_REQUEST_H
#define RUNTIME_REQUEST_H

#include "container/caller.h"
#include "container/ids.h"
#include "oci/spec.h"

struct request {
	char *bundle; /* absolute */
	char *config; /* text of the config.json that counts */
	size_t config_size;
	struct spec spec;
	struct caller caller;
	struct ids ids; /* .helpers alone: the maps are the spec's */
};

void request_clear(struct request *request);

/**
 * request_read() - Read a bundle and fill in what it leaves to us
 * @bundle:	Directory; also the file config.json itself
 * @config:	--config: another file in place of config.json, or NULL
 *
 * A user namespace is added for callers who are not root, for without one there
 * is no container; ids that the configuration doesn't map are the caller's and
 * those of the caller's ranges.
 *
 * @strict:	What isn't as the specification has it is an error; else it is
 *		a warning
 *
 * Return: 0, negative errno
 */
must_check int request_read(const char *bundle, const char *config, bool strict,
			    struct request *ret, struct error *err);

#endif
