// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "command/units.h"

Test(units, sizes)
{
	static const struct {
		uint64_t bytes;
		const char *decimal, *binary;
	} rows[] = {
		{ 0, "0 B", "0B" },
		{ 999, "999 B", "999B" },
		{ 1000, "1 kB", "1000B" },
		{ 1024, "1.02 kB", "1KiB" },
		{ 999999, "1 MB", "976.6KiB" },
		{ 8091234, "8.09 MB", "7.716MiB" },
		{ 123456789, "123 MB", "117.7MiB" },
		{ 5000000000, "5 GB", "4.657GiB" },
		{ UINT64_MAX, "18.4 EB", "16EiB" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		auto_free char *decimal = units_size(rows[i].bytes, " ");
		auto_free char *binary = units_size_binary(rows[i].bytes, "");

		cr_expect_str_eq(decimal, rows[i].decimal, "%s", decimal);
		cr_expect_str_eq(binary, rows[i].binary, "%s", binary);
	}
}

Test(units, durations)
{
	enum { HOUR = 3600, DAY = 24 * HOUR };
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ -5, "Less than a second" },
		{ 0, "Less than a second" },
		{ 1, "1 second" },
		{ 59, "59 seconds" },
		{ 60, "About a minute" },
		{ 119, "About a minute" },
		{ 120, "2 minutes" },
		{ HOUR - 1, "59 minutes" },
		{ HOUR, "About an hour" },
		{ HOUR + HOUR / 2 - 1, "About an hour" },
		{ HOUR + HOUR / 2, "2 hours" },
		{ 47 * HOUR, "47 hours" },
		{ 2 * DAY, "2 days" },
		{ 14 * DAY - HOUR, "13 days" },
		{ 14 * DAY, "2 weeks" },
		{ 59 * DAY, "8 weeks" },
		{ 60 * DAY, "2 months" },
		{ 729 * DAY, "24 months" },
		{ 730 * DAY, "2 years" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		auto_free char *text = units_duration(rows[i].seconds);

		cr_expect_str_eq(text, rows[i].text, "%ld: %s", rows[i].seconds,
				 text);
	}
}
