// SPDX-License-Identifier: Apache-2.0
/* Which Debian this machine has, and where its apt gets it from. */
#ifndef CLI_BOOTSTRAP_SOURCES_H
#define CLI_BOOTSTRAP_SOURCES_H

#include "base/alloc.h"

/** sources_host_suite() - "bookworm" on Debian 12; "stable" where this isn't
 * Debian. Owned
 */
char *sources_host_suite(void);

/**
 * sources_of_host() - Lines as of sources.list, for a suite with its updates
 *		       and security updates
 * @ret:	Empty; stays so where apt has none, or there is no apt
 *
 * Sources of others, and those that need a password or a disc, are left out.
 */
void sources_of_host(const char *suite, struct strv *ret);

#endif
