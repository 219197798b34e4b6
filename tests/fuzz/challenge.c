// SPDX-License-Identifier: Apache-2.0
/* Headers of registries: each input is one, read as a challenge and as a range.
 */
#include "image/worker/challenge.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/content_range.h"
#include "image/worker/http_headers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_with(challenge_clear) struct challenge challenge = { 0 };
	auto_with(strv_clear) struct strv headers = { 0 };
	auto_free char *text = xstrndup((const char *)data, size);
	auto_free char *line = xasprintf("WWW-Authenticate: %s\r\n", text);
	struct content_range range;

	headers_add(&headers, line, strlen(line));
	headers_add(&headers, (const char *)data, size);
	challenge_read(&headers, &challenge);
	assert(challenge.kind != CHALLENGE_BEARER ||
	       (challenge.realm && challenge.realm[0]));
	if (content_range_read(text, &range) == 0)
		assert(range.first <= range.last && range.last < range.size);
	return 0;
}
