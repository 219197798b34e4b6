// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/image_manifest.h"

#define D1 \
	"sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define D2 \
	"sha256:2222222222222222222222222222222222222222222222222222222222222222"

#define OCI "application/vnd.oci.image."
#define CONFIG \
	"\"config\":{\"mediaType\":\"" OCI "config.v1+json\",\"digest\":\"" D1 \
	"\",\"size\":7}"
#define LAYER \
	"{\"mediaType\":\"" OCI "layer.v1.tar+gzip\",\"digest\":\"" D2 \
	"\",\"size\":9}"
#define ENTRY(os, architecture, more) \
	"{\"mediaType\":\"" OCI "manifest.v1+json\",\"digest\":\"" D1 \
	"\",\"size\":7,\"platform\":{\"os\":\"" os \
	"\",\"architecture\":\"" architecture "\"}" more "}"

static int read_it(const char *text, const char *type, struct manifest *ret,
		   struct error *err)
{
	return manifest_read(text, strlen(text), type, ret, err);
}

Test(manifest, image)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	struct error err = { 0 };

	cr_assert(read_it("{\"schemaVersion\":2," CONFIG ",\"layers\":[" LAYER
			  "]}",
			  NULL, &manifest, &err) == 0,
		  "%s", err.text);
	cr_expect(manifest.kind == MEDIA_MANIFEST);
	cr_expect(!strcmp(manifest.media_type, OCI "manifest.v1+json"));
	cr_expect(manifest.layer_count == 1);
	cr_expect(manifest.layers[0].size == 9);
	cr_expect(!strcmp(manifest.layers[0].digest.text, D2));
	cr_expect(!strcmp(manifest.config.digest.text, D1));
}

Test(manifest, index)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	struct platform wanted = { .os = (char[]){ "linux" },
				   .architecture = (char[]){ "arm64" } };
	struct error err = { 0 };

	cr_assert(
		read_it("{\"schemaVersion\":2,\"manifests\":[" ENTRY("unknown", "unknown", ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}") "," ENTRY(
				"linux", "amd64",
				"") "," ENTRY("linux", "arm64", "") "]}",
			NULL, &manifest, &err) == 0,
		"%s", err.text);
	cr_expect(manifest.kind == MEDIA_INDEX);
	cr_expect(manifest_choose(&manifest, &wanted) ==
		  &manifest.manifests[2]);
	wanted.architecture = (char[]){ "riscv64" };
	cr_expect(manifest_choose(&manifest, &wanted) == NULL);
	cr_expect(manifest.manifests[0].is_attestation);
}

Test(manifest, refused)
{
	static const struct {
		const char *text, *type;
		int code;
		const char *part;
	} cases[] = {
		{ "{\"schemaVersion\":2," CONFIG
		  ",\"layers\":[],\"manifests\":[]}",
		  NULL, EINVAL, "ambiguous" },
		{ "{\"schemaVersion\":2}", NULL, EINVAL, "neither" },
		{ "{\"schemaVersion\":1," CONFIG ",\"layers\":[]}", NULL,
		  EOPNOTSUPP, "schema 1" },
		{ "{" CONFIG ",\"layers\":[]}", NULL, EINVAL, "schemaVersion" },
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":[]}",
		  OCI "index.v1+json", EINVAL, "content another" },
		{ "{\"schemaVersion\":2,\"mediaType\":\"" OCI
		  "manifest.v1+json\"," CONFIG ",\"layers\":[]}",
		  "application/vnd.docker.distribution.manifest.v2+json",
		  EINVAL, "came as" },
		{ "{\"schemaVersion\":2,\"layers\":[]}", NULL, EINVAL,
		  "no \"config\"" },
		{ "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"text/x\",\"digest\":\"" D1
		  "\",\"size\":1},\"layers\":[]}",
		  NULL, EOPNOTSUPP, "no image" },
		{ "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" OCI
		  "config.v1+json\",\"digest\":\"sha256:../x\",\"size\":1},\"layers\":[]}",
		  NULL, EINVAL, "/config/digest" },
		{ "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" OCI
		  "config.v1+json\",\"digest\":\"" D1
		  "\",\"size\":-1},\"layers\":[]}",
		  NULL, EINVAL, "/config/size" },
		{ "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" OCI
		  "config.v1+json\",\"digest\":\"" D1
		  "\",\"size\":99999999},\"layers\":[]}",
		  NULL, EINVAL, "larger" },
		{ "[]", NULL, EINVAL, "" },
		{ "{\"schemaVersion\":2} x", NULL, EINVAL, "" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct manifest manifest = { 0 };
		struct error err = { 0 };

		cr_expect(read_it(cases[i].text, cases[i].type, &manifest,
				  &err) == -cases[i].code,
			  "%zu: %s", i, err.text);
		cr_expect(strstr(err.text, cases[i].part), "%zu: %s", i,
			  err.text);
	}
}
