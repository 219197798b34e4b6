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
	bool tls_verify;
};

#define REMOTE_OPTIONS_USUAL ((struct remote_options){ .tls_verify = true })

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
