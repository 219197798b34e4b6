// SPDX-License-Identifier: Apache-2.0
/* Capabilities by name, as sets of bits (libcap knows the names). Pure. */
#ifndef OCI_CAPABILITY_H
#define OCI_CAPABILITY_H

#include <stdint.h>

#include "base/error.h"

/* What podman gives a container by default. */
uint64_t capability_default_set(void);

/** capability_full_set() - All that libcap and this kernel know. */
uint64_t capability_full_set(void);

/**
 * capability_parse() - "CAP_SYS_ADMIN", "sys_admin", in any case
 *
 * Return: its number, -EINVAL: libcap or this kernel doesn't know it
 */
must_check int capability_parse(const char *name);

#endif
