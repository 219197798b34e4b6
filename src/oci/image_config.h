// SPDX-License-Identifier: Apache-2.0
/* An image's config: image-spec config.md, and what docker has in it beside.
 * Of it containers get command, environment, user, directory, ports, volumes,
 * stop signal and health check, and nothing else ever.
 */
#ifndef OCI_IMAGE_CONFIG_H
#define OCI_IMAGE_CONFIG_H

#include <stdint.h>

#include "oci/digest.h"
#include "oci/platform.h"

/* "history" */
struct image_history {
	char *created, *created_by, *author, *comment; /* NULL: not said */
	bool empty_layer;
};

/* Times in nanoseconds, as docker writes them. */
struct image_healthcheck {
	struct strv test; /* empty: none said */
	uint64_t interval, timeout, start_period, start_interval;
	unsigned int retries;
};

/* Zero is the empty value; strings are owned, NULL where not said. */
struct image_config {
	char *created, *author;
	struct platform platform;
	char *os_version;
	struct strv os_features;
	/* "config" */
	char *user, *working_dir, *stop_signal;
	struct strv env, entrypoint, cmd, shell, on_build;
	struct strv exposed_ports; /* "80/tcp" */
	struct strv volumes;       /* absolute paths */
	struct strv labels;        /* NAME=VALUE */
	bool has_healthcheck;
	struct image_healthcheck healthcheck;
	/* "rootfs" */
	struct digest *diff_ids; /* lowest layer first; owned */
	size_t diff_count;
	struct image_history *history; /* owned */
	size_t history_count;
};

/**
 * image_config_read() - Read a config
 * @text:	JSON; its digest has been verified
 * @size:	Bytes, without the NUL behind them
 * @ret:	For image_config_clear(); untouched on failure
 * @err:	EINVAL: where it is wrong. Variables that aren't NAME=VALUE with
 *		a name, and volumes that aren't absolute, are errors.
 *
 * Return: 0, negative errno
 */
must_check int image_config_read(const char *text, size_t size,
				 struct image_config *ret, struct error *err);

void image_config_clear(struct image_config *config);

#endif
