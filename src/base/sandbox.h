// SPDX-License-Identifier: Apache-2.0
/* Giving up for good what a program doesn't need, beside files
 * (base/landlock.h): capabilities, resources, system calls.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sandbox_limit {
	int resource; /* RLIMIT_... of getrlimit(2) */
	uint64_t value;
};

/**
 * sandbox_limit() - Lower resource limits; those that are lower stay
 * @limits:	@count of them
 *
 * Return: 0, negative errno
 */
must_check int sandbox_limit(const struct sandbox_limit *limits, size_t count,
			     struct error *err);

/**
 * sandbox_keep() - Drop all capabilities but some of those that are there
 * @capabilities:	Bits: 1 << CAP_..., of the first 32
 *
 * Also sets no_new_privs, and forbids others of the same user to trace this
 * process or read its memory. Return: 0, negative errno
 */
must_check int sandbox_keep(uint32_t capabilities, struct error *err);

/**
 * sandbox_filter() - Allow the system calls of a filter only
 * @filter:	@count instructions; no_new_privs has to be set
 *
 * Under the address sanitizer, whose own calls nobody lists, nothing is done.
 * Return: 0, negative errno
 */
must_check int sandbox_filter(const struct sock_filter *filter, size_t count,
			      struct error *err);

#endif
