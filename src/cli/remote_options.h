// SPDX-License-Identifier: Apache-2.0
/* Options of the commands that talk to registries. */
#ifndef CLI_REMOTE_OPTIONS_H
#define CLI_REMOTE_OPTIONS_H

#include "command/option.h"
#include "image/remote.h"

/* As they were given. Begin with REMOTE_OPTIONS_USUAL. */
struct remote_options {
	const char *authfile, *credentials, *cert_dir;
	const char *retry, *retry_delay;
	enum remote_tls tls;
};

/* --tls-verify, --tls-verify=false */
option_parse_fn remote_parse_tls;

#define REMOTE_OPTIONS_USUAL \
	((struct remote_options){ .tls = REMOTE_TLS_USUAL })

/* Their rows, for a struct that has them as .remote. */
#define REMOTE_AUTHFILE(type) \
	{ \
		.name = "authfile", .offer = OFFER_FILE, .value = "FILE", \
		.help = "the only file with passwords", \
		OPTION_FIELD(type, remote.authfile), \
	}
#define REMOTE_CERT_DIR(type) \
	{ \
		.name = "cert-dir", .offer = OFFER_DIRECTORY, \
		.value = "DIRECTORY", \
		.help = "certificates: *.crt of authorities, *.cert and *.key ours", \
		OPTION_FIELD(type, remote.cert_dir), \
	}
#define REMOTE_TLS_VERIFY(type) \
	{ \
		.name = "tls-verify", \
		.help = "insist on a certificate that can be trusted (default: true, but for this machine)", \
		OPTION_PARSED(type, remote.tls, remote_parse_tls), \
	}
#define REMOTE_CREDS(type) \
	{ \
		.name = "creds", .value = "USER[:PASSWORD]", \
		.help = "who to be, whatever is known", \
		OPTION_FIELD(type, remote.credentials), \
	}
#define REMOTE_RETRY(type) \
	{ \
		.name = "retry", .value = "COUNT", \
		.help = "how often what failed is tried again", \
		OPTION_FIELD(type, remote.retry), \
	}
#define REMOTE_RETRY_DELAY(type) \
	{ \
		.name = "retry-delay", .value = "TIME", \
		.help = "how long after the first failure; then twice that", \
		OPTION_FIELD(type, remote.retry_delay), \
	}

/**
 * remote_options_check() - What they mean
 * @ret:	Borrows from @options
 *
 * Return: 0, -EINVAL
 */
must_check int remote_options_check(const struct remote_options *options,
				    struct remote_settings *ret,
				    struct error *err);

#endif
