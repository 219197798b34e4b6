// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/image_config.h"

#define D1 \
	"sha256:1111111111111111111111111111111111111111111111111111111111111111"

static int read_it(const char *text, struct image_config *ret,
		   struct error *err)
{
	return image_config_read(text, strlen(text), ret, err);
}

Test(image_config, everything)
{
	auto_with(image_config_clear) struct image_config config = { 0 };
	struct error err = { 0 };

	cr_assert(
		read_it("{\"created\":\"2020-01-02T03:04:05Z\",\"os\":\"linux\","
			"\"architecture\":\"amd64\",\"config\":{\"User\":\"app\","
			"\"Env\":[\"A=b=c\",\"E=\"],\"Entrypoint\":[\"/x\"],"
			"\"Cmd\":null,\"WorkingDir\":\"/w\",\"StopSignal\":\"SIGINT\","
			"\"ExposedPorts\":{\"80/tcp\":{}},\"Volumes\":{\"/v\":{}},"
			"\"Labels\":{\"a\":\"b\"},\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],"
			"\"Interval\":5000000000,\"Retries\":3}},"
			"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" D1
			"\"]},\"history\":[{\"created_by\":\"RUN\"},"
			"{\"empty_layer\":true}]}",
			&config, &err) == 0,
		"%s", err.text);
	cr_expect(!strcmp(config.user, "app"));
	cr_expect(!strcmp(config.env.items[0], "A=b=c"));
	cr_expect(config.env.count == 2);
	cr_expect(config.cmd.count == 0);
	cr_expect(!strcmp(config.exposed_ports.items[0], "80/tcp"));
	cr_expect(!strcmp(config.volumes.items[0], "/v"));
	cr_expect(!strcmp(config.labels.items[0], "a=b"));
	cr_expect(config.has_healthcheck);
	cr_expect(config.healthcheck.interval == 5000000000ULL);
	cr_expect(config.diff_count == 1);
	cr_expect(config.history_count == 2);
	cr_expect(config.history[1].empty_layer);
}

/* The host's environment must never be looked at for an image. */
Test(image_config, refused)
{
	static const char *const texts[] = {
		"{\"config\":{\"Env\":[\"SECRET\"]}}",
		"{\"config\":{\"Env\":[\"*\"]}}",
		"{\"config\":{\"Env\":[\"=x\"]}}",
		"{\"config\":{\"Env\":[\"\"]}}",
		"{\"config\":{\"Env\":[\"A\\u0000=b\"]}}",
		"{\"config\":{\"Env\":{\"A\":\"b\"}}}",
		"{\"config\":{\"Volumes\":{\"v\":{}}}}",
		"{\"config\":{\"Cmd\":\"x\"}}",
		"{\"rootfs\":{\"diff_ids\":[\"sha256:x\"]}}",
		"{\"rootfs\":[]}",
		"[]",
		"",
	};

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct image_config config = { 0 };
		struct error err = { 0 };

		cr_expect(read_it(texts[i], &config, &err) == -EINVAL, "%s",
			  texts[i]);
	}
}
