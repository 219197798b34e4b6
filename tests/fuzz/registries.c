// SPDX-License-Identifier: Apache-2.0
/* registries.conf from anywhere: what was accepted leads to places that are
 * whole, or to an error.
 */
#include "image/registries.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct registries *registries, const char *text)
{
	auto_with(reference_clear) struct reference name = { 0 };
	auto_with(registry_places_clear) struct registry_places places = { 0 };
	struct error err = { 0 };

	assert(reference_parse(text, &name, &err) == 0);
	if (registries_complete(registries, &name, &err) < 0 ||
	    registries_find(registries, &name, true, &places, &err) < 0) {
		assert(err.code > 0 && err.text[0]);
		return;
	}
	assert(name.domain && name.path && places.count > 0);
	for (size_t i = 0; i < places.count; i++)
		assert(places.items[i].host[0] && places.items[i].path[0] &&
		       !strchr(places.items[i].host, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_with(registries_clear) struct registries registries = { 0 };
	auto_free char *text = xstrndup((const char *)data, size);
	struct error err = { 0 };

	if (registries_read_text(text, &registries, &err) < 0) {
		assert(err.code > 0 && err.text[0]);
		return 0;
	}
	look(&registries, "alpine");
	look(&registries, "me/app:1");
	look(&registries, "a.example.com/b/c:2");
	return 0;
}
