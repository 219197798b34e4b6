// SPDX-License-Identifier: Apache-2.0
/* Resource limits by name: getrlimit(2), "process.rlimits". Pure. */
#ifndef OCI_RLIMIT_H
#define OCI_RLIMIT_H

#include "base/error.h"

/**
 * rlimit_parse() - The limit that config.json calls @name
 * @name:	"RLIMIT_NOFILE", in capitals
 *
 * Return: RLIMIT_*, -EINVAL
 */
must_check int rlimit_parse(const char *name);

/**
 * rlimit_parse_short() - The same as prlimit(1) and podman call it: "nofile"
 *
 * Return: RLIMIT_*, -EINVAL
 */
must_check int rlimit_parse_short(const char *name);

/** rlimit_name() - "RLIMIT_NOFILE"; "resource limit" for one not known. */
const char *rlimit_name(int resource);

#endif
