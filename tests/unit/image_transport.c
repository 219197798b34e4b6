// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "image/transport.h"

static const char *shown(const char *text)
{
	return text ? text : "-";
}

Test(transport, what_is_typed)
{
	static const struct {
		const char *text;
		enum transport_kind kind;
		const char *path, *name;
	} rows[] = {
		{ "alpine:3", TRANSPORT_REGISTRY, "-", "alpine:3" },
		{ "docker://alpine:3", TRANSPORT_REGISTRY, "-", "alpine:3" },
		{ "oci:/a/b", TRANSPORT_OCI, "/a/b", "-" },
		{ "oci:/a/b:tag", TRANSPORT_OCI, "/a/b", "tag" },
		{ "oci-archive:f.tar:a/b:1", TRANSPORT_OCI_ARCHIVE, "f.tar",
		  "a/b:1" },
		{ "docker-archive:f.tar:h:5000/b:1", TRANSPORT_DOCKER_ARCHIVE,
		  "f.tar", "h:5000/b:1" },
		{ "docker-archive:f.tar:", TRANSPORT_DOCKER_ARCHIVE, "f.tar",
		  "-" },
		{ "dir:/a:b", TRANSPORT_DIR, "/a:b", "-" },
		{ "oci-registry/x", TRANSPORT_REGISTRY, "-", "oci-registry/x" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		auto_with(transport_clear) struct transport got = { 0 };
		struct error err;

		cr_assert_eq(transport_parse(rows[i].text, &got, &err), 0);
		cr_expect_eq(got.kind, rows[i].kind, "%s", rows[i].text);
		cr_expect_str_eq(shown(got.path), rows[i].path, "%s",
				 rows[i].text);
		cr_expect_str_eq(shown(got.name), rows[i].name, "%s",
				 rows[i].text);
	}
}

Test(transport, what_is_wrong_is_said)
{
	struct transport got = { 0 };
	struct error err;

	cr_assert_eq(transport_parse("oci:", &got, &err), -EINVAL);
	cr_assert_str_eq(err.text, "oci: needs a path behind it");
	cr_assert_eq(transport_parse("docker-daemon:x", &got, &err),
		     -EOPNOTSUPP);
	cr_assert_eq(transport_parse("containers-storage:x", &got, &err),
		     -EOPNOTSUPP);
	cr_assert_str_eq(
		err.text,
		"containers-storage:x: the transport containers-storage: is not supported");
}
