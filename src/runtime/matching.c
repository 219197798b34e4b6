// SPDX-License-Identifier: Apache-2.0
#include "runtime/matching.h"

#include <regex.h>

#include "base/cleanup.h"
#include "container/state.h"

int matching_ids(const char *root, const char *word, bool regex,
		 struct strv *ret, struct error *err)
{
	auto_with(strv_clear) struct strv all = { 0 };
	regex_t expression;
	char why[128];
	int result;

	if (!regex) {
		strv_add(ret, xstrdup(word));
		return 0;
	}
	if (state_list(root, &all, err) < 0)
		return -err->code;
	result = regcomp(&expression, word, REG_EXTENDED | REG_NOSUB);
	if (result != 0) {
		(void)regerror(result, &expression, why, sizeof(why));
		return error_say(err, EINVAL, "--regex '%s': %s", word, why);
	}
	for (size_t i = 0; i < all.count; i++)
		if (regexec(&expression, all.items[i], 0, NULL, 0) == 0)
			strv_add(ret, xstrdup(all.items[i]));
	regfree(&expression);
	return 0;
}
