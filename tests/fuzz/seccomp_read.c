// SPDX-License-Identifier: Apache-2.0
/* Seccomp profiles of users, in docker's form: reading never crashes, and what
 * is accepted holds what compiling relies on.
 */
#include "oci/seccomp_read.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_with(seccomp_profile_clear) struct seccomp_profile profile = { 0 };
	auto_json struct json_object *document = NULL;
	auto_free char *text = xstrndup((const char *)data, size);
	uint64_t capabilities = size;
	struct error err;

	log_set_level(LEVEL_ERROR);
	if (json_parse(text, strlen(text), &document, &err) < 0)
		return 0;

	struct json_node root = { .value = document };

	if (seccomp_read_node(&root, &capabilities, &profile, &err) < 0)
		return 0;
	for (size_t i = 0; i < profile.rule_count; i++) {
		assert(profile.rules[i].names.count > 0);
		for (size_t j = 0; j < profile.rules[i].arg_count; j++)
			assert(profile.rules[i].args[j].index < 6);
	}
	return 0;
}
