// SPDX-License-Identifier: Apache-2.0
/* Which kernel parameters belong to a container: those of its own namespaces.
 * Pure.
 */
#ifndef OCI_SYSCTL_H
#define OCI_SYSCTL_H

#include "oci/spec.h"

/**
 * sysctl_key() - A parameter's name in one spelling
 * @name:	"net.ipv4.ip_forward" or "net/ipv4/ip_forward"
 *
 * As sysctl(8) has it: the separator that comes first is the separator, and
 * the other character stands for a dot within a part ("eth0/100").
 *
 * Return: with dots between the parts, owned; NULL: empty parts, ".." or
 * characters that no parameter has
 */
char *sysctl_key(const char *name);

/**
 * sysctl_check() - May a container with these namespaces set @name?
 * @name:	With dots or slashes between its parts
 * @namespaces:	NS_COUNT of them
 * @err:	EINVAL: not a parameter of any namespace, or of one that is
 * shared
 *
 * Return: 0, -EINVAL
 */
must_check int sysctl_check(const char *name,
			    const struct spec_namespace *namespaces,
			    struct error *err);

#endif
