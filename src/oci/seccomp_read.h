// SPDX-License-Identifier: Apache-2.0
/* "linux.seccomp" of the runtime-spec from JSON, and docker's form of it. */
#ifndef OCI_SECCOMP_READ_H
#define OCI_SECCOMP_READ_H

#include "base/json.h"
#include "oci/seccomp.h"

/**
 * seccomp_read_node() - A profile from a JSON value
 * @capabilities: The container's bounding set, for docker's form; NULL: only
 *		the runtime-spec's form is known
 * @ret:	Empty; gets the profile, kind SECCOMP_PROFILE
 * @err:	EINVAL with the JSON path of what is wrong
 *
 * Return: 0, negative errno
 */
must_check int seccomp_read_node(const struct json_node *node,
				 const uint64_t *capabilities,
				 struct seccomp_profile *ret,
				 struct error *err);

#endif
