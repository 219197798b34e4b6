// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "cli/run_settings.h"
#include "oci/rlimit.h"

static int read_limit(const char *word, rlim_t *ret)
{
	uint64_t number;

	if (!strcmp(word, "-1") || !strcmp(word, "unlimited")) {
		*ret = RLIM_INFINITY;
		return 0;
	}
	if (parse_number(word, RLIM_INFINITY, &number) < 0)
		return -EINVAL;
	*ret = number;
	return 0;
}

/* What is above our own hard limit only root could give: give what there is. */
static void clamp(const char *name, int resource, rlim_t *soft, rlim_t *hard)
{
	struct rlimit own;

	if (getrlimit((__rlimit_resource_t)resource, &own) < 0 ||
	    *hard <= own.rlim_max)
		return;
	log_warning(
		"--ulimit %s: %llu is above your own hard limit: %llu it is",
		name, (unsigned long long)*hard,
		(unsigned long long)own.rlim_max);
	*hard = own.rlim_max;
	if (*soft > *hard)
		*soft = *hard;
}

/* --ulimit NAME=SOFT[:HARD], or "host": as it is */
int run_add_limit(struct spec *spec, const char *word, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy;
	const char *name = strsep(&rest, "=");
	const char *soft_word = strsep(&rest, ":");
	const char *hard_word = rest ? rest : soft_word;
	int resource = rlimit_parse_short(name);
	rlim_t soft, hard;

	if (!strcmp(word, "host"))
		return 0;
	if (!soft_word || read_limit(soft_word, &soft) < 0 ||
	    read_limit(hard_word, &hard) < 0)
		return error_say(err, EINVAL, "it is not NAME=SOFT[:HARD]");
	if (soft > hard)
		return error_say(err, EINVAL,
				 "the soft limit is above the hard one");
	if (resource < 0)
		return error_say(err, EINVAL, "there is no limit '%s'", name);
	clamp(name, resource, &soft, &hard);
	spec_add_rlimit(spec, resource, soft, hard);
	return 0;
}
