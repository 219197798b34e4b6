// SPDX-License-Identifier: Apache-2.0
/* The same filter in fewer instructions.
 *
 * libseccomp makes a comparison for each call of a profile, some 1500
 * instructions for the usual one; the kernel checks, translates and compiles
 * them all at each start of a container. Most calls have one answer, whatever
 * their arguments, and so have most of their neighbours.
 */
#ifndef OCI_SECCOMP_SHORTEN_H
#define OCI_SECCOMP_SHORTEN_H

#include "oci/seccomp.h"

/**
 * seccomp_shorten() - Put an equal program in place of a long one
 * @program:	What the kernel would accept. Stays as it is if it has
 *		instructions that we don't follow, or wouldn't get shorter
 *
 * Equal: the same answer to any call of any architecture with any arguments.
 */
void seccomp_shorten(struct seccomp_program *program);

#endif
