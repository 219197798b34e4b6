// SPDX-License-Identifier: Apache-2.0
/* What holt-image is to know to talk to a registry: which one, and as whom. */
#ifndef IMAGE_REMOTE_H
#define IMAGE_REMOTE_H

#include "base/json.h"
#include "oci/platform.h"
#include "oci/reference.h"

/* Whose certificate will do. */
enum remote_tls {
	REMOTE_TLS_USUAL,    /* one that can be trusted; of this machine any */
	REMOTE_TLS_VERIFIED, /* one that can be trusted, wherever it is */
	REMOTE_TLS_ANY,      /* any, or none */
};

/* As options of commands say it. Borrowed; zero is what is usual. */
struct remote_settings {
	const char *authfile;     /* --authfile; NULL */
	const char *credentials;  /* --creds USER[:PASSWORD]; NULL */
	const char *cert_dir;     /* --cert-dir; NULL: certs.d */
	enum remote_tls tls;      /* --tls-verify */
	unsigned int retries;     /* with .has_retries */
	unsigned int retry_delay; /* milliseconds; 0: the usual */
	bool has_retries;
};

/**
 * remote_parse() - A name as it was typed, made whole
 * @text:	"docker://" before it is passed over
 *
 * Return: 0, negative errno
 */
must_check int remote_parse(const char *text, struct reference *ret,
			    struct error *err);

/**
 * remote_request() - The request of a job
 * @name:	Whole
 * @pull:	Mirrors will do
 * @ret:	For auto_json, to add to
 *
 * Return: 0, negative errno
 */
must_check int remote_request(const struct reference *name,
			      const struct remote_settings *settings, bool pull,
			      struct json_object **ret, struct error *err);

/**
 * remote_host_request() - The same for a registry as a whole
 * @host:	"docker.io"
 * @username:	NULL: nobody
 */
must_check int remote_host_request(const char *host, const char *username,
				   const char *password,
				   const struct remote_settings *settings,
				   struct json_object **ret, struct error *err);

#endif
