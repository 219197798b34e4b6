// SPDX-License-Identifier: Apache-2.0
#include "oci/rlimit.h"

#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"

static const struct {
	const char *name, *short_name;
	int resource;
} limits[] = {
	{ "RLIMIT_AS", "as", RLIMIT_AS },
	{ "RLIMIT_CORE", "core", RLIMIT_CORE },
	{ "RLIMIT_CPU", "cpu", RLIMIT_CPU },
	{ "RLIMIT_DATA", "data", RLIMIT_DATA },
	{ "RLIMIT_FSIZE", "fsize", RLIMIT_FSIZE },
	{ "RLIMIT_LOCKS", "locks", RLIMIT_LOCKS },
	{ "RLIMIT_MEMLOCK", "memlock", RLIMIT_MEMLOCK },
	{ "RLIMIT_MSGQUEUE", "msgqueue", RLIMIT_MSGQUEUE },
	{ "RLIMIT_NICE", "nice", RLIMIT_NICE },
	{ "RLIMIT_NOFILE", "nofile", RLIMIT_NOFILE },
	{ "RLIMIT_NPROC", "nproc", RLIMIT_NPROC },
	{ "RLIMIT_RSS", "rss", RLIMIT_RSS },
	{ "RLIMIT_RTPRIO", "rtprio", RLIMIT_RTPRIO },
	{ "RLIMIT_RTTIME", "rttime", RLIMIT_RTTIME },
	{ "RLIMIT_SIGPENDING", "sigpending", RLIMIT_SIGPENDING },
	{ "RLIMIT_STACK", "stack", RLIMIT_STACK },
};

int rlimit_parse(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(limits); i++)
		if (!strcmp(limits[i].name, name))
			return limits[i].resource;
	return -EINVAL;
}

int rlimit_parse_short(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(limits); i++)
		if (!strcmp(limits[i].short_name, name))
			return limits[i].resource;
	return -EINVAL;
}

const char *rlimit_name(int resource)
{
	for (size_t i = 0; i < ARRAY_COUNT(limits); i++)
		if (limits[i].resource == resource)
			return limits[i].name;
	return "resource limit";
}
