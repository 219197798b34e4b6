// SPDX-License-Identifier: Apache-2.0
/* What of processes is to be shown: the words that ps(1) would be given. */
#ifndef RUNTIME_PS_REQUEST_H
#define RUNTIME_PS_REQUEST_H

#include "runtime/ps_process.h"

enum { PS_COLUMNS_MAX = 64 };

struct ps_request {
	size_t count;
	const struct ps_column *columns[PS_COLUMNS_MAX];
	char *titles[PS_COLUMNS_MAX]; /* owned */
};

/**
 * ps_request_read() - Read words like -ef, aux, -o pid,user=WHO
 * @words:	@count of them; none: as -ef
 * @ret:	Empty
 * @err:	EINVAL: names the word or column that isn't known
 *
 * Which processes are shown doesn't depend on them.
 *
 * Return: 0, negative errno
 */
must_check int ps_request_read(char *const *words, int count,
			       struct ps_request *ret, struct error *err);

void ps_request_clear(struct ps_request *request);

#endif
