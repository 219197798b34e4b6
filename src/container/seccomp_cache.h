// SPDX-License-Identifier: Apache-2.0
/* Compiled filters of profiles, kept by content: libseccomp takes milliseconds
 * for what a container's usual profile says, and says the same each time.
 */
#ifndef CONTAINER_SECCOMP_CACHE_H
#define CONTAINER_SECCOMP_CACHE_H

#include "oci/seccomp.h"

/**
 * seccomp_cache_compile() - seccomp_compile(), by way of "seccomp" below
 *			     runtime_directory()
 * @capabilities: As there
 * @ret:	Empty; gets the program
 *
 * An entry holds the whole profile it was made of, which has to be the same to
 * the last byte: nothing hangs on a hash. What can't be read, or isn't whole,
 * counts as not there; that nothing can be written is no error.
 *
 * Return: 0, negative errno
 */
must_check int seccomp_cache_compile(const struct seccomp_profile *profile,
				     uint64_t capabilities,
				     struct seccomp_program *ret,
				     struct error *err);

#endif
