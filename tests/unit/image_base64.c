// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "image/base64.h"

Test(base64, goes_there_and_back)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "a", "YQ==" },
		{ "ab", "YWI=" },
		{ "abc", "YWJj" },
		{ "abcd", "YWJjZA==" },
		{ "user:p\xc3\xa4ss", "dXNlcjpww6Rzcw==" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char *encoded = base64_encode(pairs[i][0]), *back = NULL;

		cr_expect(!strcmp(encoded, pairs[i][1]), "%s", encoded);
		cr_expect(base64_decode(encoded, &back) == 0 &&
			  !strcmp(back, pairs[i][0]));
		free(encoded);
		free(back);
	}
}

Test(base64, refuses_what_it_is_not)
{
	char *text = NULL;

	cr_expect(base64_decode("YQ =", &text) < 0);
	cr_expect(base64_decode("YW-j", &text) < 0);
	cr_expect(base64_decode("AAAA", &text) < 0, "NULs");
}
