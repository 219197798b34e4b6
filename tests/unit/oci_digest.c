// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "oci/digest.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct spelling {
	char text[100];
	int code; /* 0: it is one */
};

ParameterizedTestParameters(digest, parse)
{
	static struct spelling cases[] = {
		{ "sha256:" HEX, 0 },
		{ "sha256:" HEX "0", EINVAL },
		{ "sha256:0123456789abcdef", EINVAL },
		{ "sha256:" HEX "/../x", EINVAL },
		{ "sha256:../../../../../etc/passwd", EINVAL },
		{ "sha256:", EINVAL },
		{ "SHA256:" HEX, EINVAL },
		{ "sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
		  EINVAL },
		{ "sha256:%2e%2e", EINVAL },
		{ HEX, EINVAL },
		{ ":", EINVAL },
		{ "", EINVAL },
		{ "sha512:" HEX, EOPNOTSUPP },
		{ "md5:0123", EINVAL },
	};

	return cr_make_param_array(struct spelling, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct spelling *c, digest, parse)
{
	struct digest digest = { 0 };
	struct error err = { 0 };

	cr_expect(digest_parse(c->text, &digest, &err) == -c->code, "%s",
		  c->text);
	cr_expect(digest_is_set(&digest) == (c->code == 0));
	if (c->code == 0)
		cr_expect(!strcmp(digest_hex(&digest), HEX));
}

Test(digest, none_is_no_digest)
{
	struct digest digest = { 0 };
	struct error err = { 0 };

	cr_expect(digest_parse(NULL, &digest, &err) == -EINVAL);
	cr_expect(!digest_equals(&digest, &digest));
	cr_expect(!strcmp(digest_hex(&digest), ""));
}

Test(digest, from_bytes)
{
	unsigned char bytes[32] = { 0x01, 0xab };
	struct digest digest = { 0 };

	bytes[31] = 0xff;
	digest_from_bytes(bytes, &digest);
	cr_expect(!strcmp(
		digest.text,
		"sha256:01ab0000000000000000000000000000000000000000000000000000000000ff"));
}
