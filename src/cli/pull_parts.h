// SPDX-License-Identifier: Apache-2.0
/* Pulling, as other commands than holt pull need it. */
#ifndef CLI_PULL_PARTS_H
#define CLI_PULL_PARTS_H

#include "image/remote.h"
#include "image/store.h"
#include "image/transport.h"
#include "oci/platform.h"

/* What is wanted. All borrowed. */
struct pull_wish {
	const struct reference *name; /* whole */
	const struct platform *platform;
	const struct remote_settings *remote;
	bool quiet;
};

/**
 * pull_shown() - Pull one image, and show how far it is on stderr
 * @ret_id:	Owned
 *
 * Return: 0, negative errno
 */
must_check int pull_shown(const struct store *store,
			  const struct pull_wish *wish, char **ret_id,
			  struct error *err);

/**
 * pull_local() - The same of a file or directory
 * @from:	No registry
 * @ret:	Ids are added
 */
must_check int pull_local(const struct store *store,
			  const struct transport *from,
			  const struct platform *platform, bool quiet,
			  struct strv *ret, struct error *err);

#endif
