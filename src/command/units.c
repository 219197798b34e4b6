// SPDX-License-Identifier: Apache-2.0
#include "command/units.h"

#include <stdlib.h>

#include "base/alloc.h"

static char *size_text(double size, double base, int digits,
		       const char *const *units, const char *between)
{
	/* What would be rounded up to the base is one of the next unit. */
	double limit = base == 1000 ? 999.5 : base;
	size_t unit = 0;

	for (; size >= limit && units[unit + 1]; unit++)
		size /= base;
	return xasprintf("%.*g%s%s", digits, size, between, units[unit]);
}

char *units_size(uint64_t bytes, const char *between)
{
	static const char *const units[] = { "B",  "kB", "MB", "GB",
					     "TB", "PB", "EB", NULL };

	return size_text((double)bytes, 1000, 3, units, between);
}

char *units_size_binary(uint64_t bytes, const char *between)
{
	static const char *const units[] = { "B",   "KiB", "MiB", "GiB",
					     "TiB", "PiB", "EiB", NULL };

	return size_text((double)bytes, 1024, 4, units, between);
}

/* Seconds, and from the day on hours. */
enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 24,
	WEEK = 168,
	MONTH = 720,
	YEAR = 8760
};

static char *long_duration(int64_t hours)
{
	if (hours / DAY < 2)
		return xasprintf("%ld hours", hours);
	if (hours / WEEK < 2)
		return xasprintf("%ld days", hours / DAY);
	if (hours / MONTH < 2)
		return xasprintf("%ld weeks", hours / WEEK);
	if (hours / YEAR < 2)
		return xasprintf("%ld months", hours / MONTH);
	return xasprintf("%ld years", hours / YEAR);
}

char *units_duration(int64_t seconds)
{
	int64_t hours = (seconds + HOUR / 2) / HOUR;

	if (seconds < 1)
		return xstrdup("Less than a second");
	if (seconds < MINUTE)
		return xasprintf("%ld second%s", seconds,
				 seconds == 1 ? "" : "s");
	if (seconds / MINUTE < 2)
		return xstrdup("About a minute");
	if (seconds < HOUR)
		return xasprintf("%ld minutes", seconds / MINUTE);
	if (hours == 1)
		return xstrdup("About an hour");
	return long_duration(hours);
}
