// SPDX-License-Identifier: Apache-2.0
#include "base/fd.h"
#include "oci/seccomp.h"
#include "oci/seccomp_read.h"

enum { FILE_MAX = 1 << 20 };

int seccomp_read_file(const char *path, uint64_t capabilities,
		      struct seccomp_profile *ret, struct error *err)
{
	auto_free char *text = NULL;
	auto_json struct json_object *document = NULL;
	size_t size;

	if (file_read_text(path, FILE_MAX, &text, &size, err) < 0)
		return error_wrap(err, "seccomp profile");
	if (json_parse(text, size, &document, err) < 0)
		return error_wrap(err, "seccomp profile %s", path);

	struct json_node root = { .value = document };

	if (seccomp_read_node(&root, &capabilities, ret, err) < 0)
		return error_wrap(err, "seccomp profile %s", path);
	return 0;
}
