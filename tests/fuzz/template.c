// SPDX-License-Identifier: Apache-2.0
/* Templates as people may write them: reading and running never crashes, and
 * comes to an end.
 */
#include "command/template.h"

#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char document[] =
	"{\"A\": \"text\", \"B\": 7, \"C\": 0.5, \"D\": [\"x\", \"y\"], \"E\": {\"k\": \"v\"},"
	" \"F\": null, \"G\": true, \"Labels\": {\"a\": \"1\"}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct template_rules lenient = { .lenient = true };
	auto_with(template_free) struct template *template = NULL;
	auto_free char *text = xstrndup((const char *)data, size);
	auto_free char *out = NULL, *header = NULL;
	struct json_object *dot = NULL;
	struct error err;

	if (template_parse(text, &template, &err) < 0)
		return 0;
	dot = json_tokener_parse(document);
	if (template_run(template, dot, &lenient, &out, &err) == 0)
		(void)strlen(out);
	if (template_header(template, NULL, &header, &err) == 0)
		(void)strlen(header);
	json_object_put(dot);
	return 0;
}
