// SPDX-License-Identifier: Apache-2.0
/* A BPF program while it is written: by the build for the default profile, at
 * run time for others.
 */
#ifndef OCI_SECCOMP_CODE_H
#define OCI_SECCOMP_CODE_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Large: not for a stack. */
struct seccomp_code {
	struct sock_filter items[BPF_MAXINSNS];
	size_t length;
	bool is_full; /* something didn't fit: the program is no good */
};

/* Values from @first up to the next range's. */
struct seccomp_range {
	uint32_t first;
	int leaf; /* what it leads to, in the caller's words */
};

/** seccomp_emit() - Add an instruction. */
void seccomp_emit(struct seccomp_code *code, struct sock_filter instruction);

/** seccomp_emit_return() - Add an answer, SECCOMP_RET_* */
void seccomp_emit_return(struct seccomp_code *code, uint32_t value);

/** seccomp_emit_load() - Load 32 bits of struct seccomp_data. */
void seccomp_emit_load(struct seccomp_code *code, size_t offset);

/**
 * seccomp_emit_search() - A binary search for what was loaded
 * @ranges:	Ascending; the first begins at 0
 * @count:	Of them, at least 1
 * @emit_leaf:	Adds the one instruction that ends a search: a return or a jump
 */
void seccomp_emit_search(struct seccomp_code *code,
			 const struct seccomp_range *ranges, size_t count,
			 void (*emit_leaf)(void *argument, int leaf),
			 void *argument);

#endif
