// SPDX-License-Identifier: Apache-2.0
#include "image/worker/request.h"

#include "base/fd.h"

enum { REQUEST_SIZE_MAX = 16 << 20 };

int request_read(const struct json_row *rows, void *target, struct error *err)
{
	auto_json struct json_object *root = NULL;
	auto_free char *text = NULL;
	size_t size;

	if (fd_read_text(REQUEST_FD, REQUEST_SIZE_MAX, &text, &size, err) < 0 ||
	    json_parse(text, size, &root, err) < 0)
		return error_wrap(err, "read the request");

	struct json_node node = { .value = root };

	if (json_read_object(&node, rows, target, err) < 0)
		return error_wrap(err, "the request");
	return 0;
}
