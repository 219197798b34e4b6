// SPDX-License-Identifier: Apache-2.0
/* Changes to an image's config, written as in a Dockerfile: "CMD /bin/sh",
 * "ENV=A=b", as podman's --change has them.
 */
#ifndef IMAGE_WORKER_CHANGES_H
#define IMAGE_WORKER_CHANGES_H

#include "base/error.h"

struct json_object; /* of json-c */

/**
 * changes_apply() - Make one change
 * @config:	The member "config" of an image's config
 * @change:	CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER,
 *		VOLUME or WORKDIR, in any case, then a blank or "=", then the
 *		value
 *
 * Return: 0, -EINVAL
 */
must_check int changes_apply(struct json_object *config, const char *change,
			     struct error *err);

#endif
