// SPDX-License-Identifier: Apache-2.0
/* The requests of the jobs that talk to registries. */
#ifndef IMAGE_WORKER_ENDPOINT_H
#define IMAGE_WORKER_ENDPOINT_H

#include "base/alloc.h"
#include "oci/digest.h"
#include "oci/platform.h"
#include "oci/reference.h"

/* A registry, or a mirror of one. Owned; NULL where not said. */
struct endpoint {
	char *host;         /* perhaps with a port */
	char *path;         /* of the repository there */
	bool plain;         /* http */
	bool insecure;      /* any certificate, or none */
	bool verify;        /* one that can be trusted, of this machine too */
	char *certificates; /* directory */
	char *username, *password, *identity_token;
};

/* For remote_clear(). */
struct remote {
	struct reference reference;
	struct endpoint *endpoints; /* in the order of trying */
	size_t endpoint_count;
	struct platform platform;
	struct strv auth_servers; /* hosts that may have passwords */
	unsigned int jobs;        /* transfers at a time */
	unsigned int retries;
	unsigned int retry_delay;   /* milliseconds, the first */
	unsigned int stall_seconds; /* with nothing coming */
	struct digest newer_than;   /* no image is wanted if it is this */
	struct digest manifest;     /* what to push */
	struct strv mount_from;     /* repositories that may have its blobs */
	bool volatile_store;        /* no need to survive a loss of power */
};

/**
 * remote_read() - Read the request
 * @err:	EINVAL: no endpoint, or a host or a path that can't be one
 *
 * Return: 0, negative errno
 */
must_check int remote_read(struct remote *ret, struct error *err);

void remote_clear(struct remote *remote);

#endif
