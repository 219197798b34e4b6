// SPDX-License-Identifier: Apache-2.0
/* The words of seccomp profiles as numbers. Pure tables. */
#ifndef OCI_SECCOMP_NAMES_H
#define OCI_SECCOMP_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* All return false when there is no such word. */

/** seccomp_find_action() - "SCMP_ACT_ERRNO": SCMP_ACT_*, without an errno. */
must_check bool seccomp_find_action(const char *name, uint32_t *ret);

/** seccomp_find_operator() - "SCMP_CMP_EQ": enum scmp_compare. */
must_check bool seccomp_find_operator(const char *name, uint32_t *ret);

/**
 * seccomp_find_architecture() - "SCMP_ARCH_X86_64": SCMP_ARCH_*
 *
 * 0 for those that the specification has and libseccomp has not.
 */
must_check bool seccomp_find_architecture(const char *name, uint32_t *ret);

/** seccomp_find_flag() - "SECCOMP_FILTER_FLAG_LOG": its bit of seccomp(2). */
must_check bool seccomp_find_flag(const char *name, uint32_t *ret);

/** seccomp_find_errno() - "EPERM" */
must_check bool seccomp_find_errno(const char *name, uint32_t *ret);

/** seccomp_docker_architecture() - Ours as docker calls it: "amd64"; or "". */
const char *seccomp_docker_architecture(void);

enum seccomp_words {
	SECCOMP_ACTIONS,
	SECCOMP_OPERATORS,
	SECCOMP_ARCHITECTURES, /* that libseccomp has */
	SECCOMP_FLAGS,
};

/** seccomp_word() - The word number @index of a kind, NULL behind the last */
const char *seccomp_word(enum seccomp_words kind, size_t index);

#endif
