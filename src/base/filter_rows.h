// SPDX-License-Identifier: Apache-2.0
/* For programs that run when holt is built: syscall filters (seccomp(2)) from
 * tables to arrays of C.
 */
#ifndef BASE_FILTER_ROWS_H
#define BASE_FILTER_ROWS_H

#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

enum { FILTER_COMPARISONS_MAX = 3 };

struct filter_row {
	unsigned int who; /* bits: the filters that it is in */
	int call;
	unsigned int count; /* of comparisons, all of which must hold */
	struct scmp_arg_cmp if_arg[FILTER_COMPARISONS_MAX];
	int deny_errno; /* fail instead of allowing */
};

#define CALL(name) .call = SCMP_SYS(name)
#define IF(n, ...) .count = (n), .if_arg = { __VA_ARGS__ }
#define IS(arg, value) \
	{ \
		(arg), SCMP_CMP_EQ, (value), 0 \
	}
#define BITS(arg, mask, value) \
	{ \
		(arg), SCMP_CMP_MASKED_EQ, (mask), (value) \
	}

struct filter_name {
	const char *name; /* of the array */
	unsigned int who; /* its bit */
};

/**
 * filter_rows_print() - A header with one array a filter, on stdout
 * @guard:	What keeps it from being included twice
 * @otherwise:	SCMP_ACT_..., of calls that no row allows
 *
 * Return: exit status, after a message on stderr if it isn't 0
 */
int filter_rows_print(const char *guard, const struct filter_name *names,
		      size_t name_count, const struct filter_row *rows,
		      size_t row_count, uint32_t otherwise);

#endif
