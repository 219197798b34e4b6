// SPDX-License-Identifier: Apache-2.0
#include "runtime/matching.h"

#include <fnmatch.h>
#include <regex.h>
#include <string.h>

#include "base/cleanup.h"
#include "container/state.h"

/* "web-*": by a shell's rules, unless there is a sign that only expressions
 * have. As an expression it would match what nobody means ("web" and anything).
 */
static bool is_glob(const char *word)
{
	return strpbrk(word, "*?") && !strpbrk(word, "^$.+()|{}\\");
}

static void add_globbed(const struct strv *all, const char *pattern,
			struct strv *ret)
{
	for (size_t i = 0; i < all->count; i++)
		if (fnmatch(pattern, all->items[i], 0) == 0)
			strv_add(ret, xstrdup(all->items[i]));
}

static int add_found(const struct strv *all, const char *pattern,
		     struct strv *ret, struct error *err)
{
	regex_t expression;
	char why[128];
	int result = regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB);

	if (result != 0) {
		(void)regerror(result, &expression, why, sizeof(why));
		return error_say(err, EINVAL, "--regex '%s': %s", pattern, why);
	}
	for (size_t i = 0; i < all->count; i++)
		if (regexec(&expression, all->items[i], 0, NULL, 0) == 0)
			strv_add(ret, xstrdup(all->items[i]));
	regfree(&expression);
	return 0;
}

int matching_ids(const char *root, const char *word, bool regex,
		 struct strv *ret, struct error *err)
{
	auto_with(strv_clear) struct strv all = { 0 };

	if (!regex) {
		strv_add(ret, xstrdup(word));
		return 0;
	}
	if (state_list(root, &all, err) < 0)
		return -err->code;
	if (!is_glob(word))
		return add_found(&all, word, ret, err);
	add_globbed(&all, word, ret);
	return 0;
}
