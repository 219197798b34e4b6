// SPDX-License-Identifier: Apache-2.0
#include "cgroup/properties.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cgroup/device_rules.h"
#include "cgroup/variant.h"

#define PREFIX "org.systemd.property."

enum { USUAL_PERIOD = 100000, CPU_MAX = 8192 };

/* systemd counts in whole percents of a CPU's second when it reads what it has
 * written down.
 */
enum { SECOND = 1000000, PERCENT = SECOND / 100 };

static size_t find(const struct strv *list, const char *name)
{
	size_t length = strlen(name), i;

	for (i = 0; i < list->count; i++)
		if (!strncmp(list->items[i], name, length) &&
		    list->items[i][length] == '=')
			break;
	return i;
}

void property_set(struct strv *list, const char *name, const char *fmt, ...)
{
	size_t place = find(list, name);
	auto_free char *value = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&value, fmt, args) < 0)
		value = xstrdup("");
	va_end(args);
	if (place == list->count) {
		strv_addf(list, "%s=%s", name, value);
		return;
	}
	free(list->items[place]);
	list->items[place] = xasprintf("%s=%s", name, value);
}

char *property_quote(const char *text)
{
	char *quoted = xcalloc(1, 2 * strlen(text) + 3), *to = quoted;

	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\'';
	return quoted;
}

static void set_number(struct strv *list, const char *name, uint64_t number)
{
	property_set(list, name, "uint64 %" PRIu64, number);
}

/* A limit, as the file takes it: "max", or a number with or without a unit.
 * What can't be read is left to the file, which says what is wrong with it.
 */
static void limit(const char *value, const char *name, uint64_t least,
		  struct strv *ret)
{
	uint64_t number = UINT64_MAX;

	/* v1 has -1 for none. */
	if (strcmp(value, "max") != 0 && strcmp(value, "-1") != 0 &&
	    parse_size(value, &number) < 0)
		return;
	set_number(ret, name, number < least ? least : number);
}

static void limit_positive(const char *value, const char *name,
			   struct strv *ret)
{
	limit(value, name, 1, ret);
}

static void limit_any(const char *value, const char *name, struct strv *ret)
{
	limit(value, name, 0, ret);
}

static void weight(const char *value, const char *name, struct strv *ret)
{
	uint64_t number;

	if (!strncmp(value, "default ", strlen("default ")))
		value += strlen("default ");
	if (parse_number(value, 10000, &number) == 0 && number > 0)
		set_number(ret, name, number);
}

static void shares(const char *value, const char *name, struct strv *ret)
{
	uint64_t number;

	if (parse_number(value, 262144, &number) == 0 && number > 1)
		set_number(ret, name, number);
}

/* To systemd the least weight of all is being idle. */
static void idle(const char *value, const char *name, struct strv *ret)
{
	if (!strcmp(value, "1"))
		set_number(ret, name, 0);
}

/* "0-2,7" as bits. Return: count of the bytes in use, -EINVAL */
static int parse_list(const char *value, unsigned char bits[CPU_MAX / 8])
{
	auto_free char *copy = xstrdup(value);
	char *rest = copy, *range;
	int used = 0;

	copy[strcspn(copy, "\n")] = '\0';
	while ((range = strsep(&rest, ","))) {
		char *last = strchr(range, '-');
		uint64_t from, to;

		if (last)
			*last++ = '\0';
		if (parse_number(range, CPU_MAX - 1, &from) < 0 ||
		    parse_number(last ? last : range, CPU_MAX - 1, &to) < 0)
			return -EINVAL;
		for (uint64_t i = from; i <= to; i++)
			bits[i / 8] |= (unsigned char)(1U << i % 8);
		if ((int)(to / 8) >= used)
			used = (int)(to / 8) + 1;
	}
	return used;
}

static void list_of_numbers(const char *value, const char *name,
			    struct strv *ret)
{
	unsigned char bits[CPU_MAX / 8] = { 0 };
	int used = parse_list(value, bits);
	auto_free char *text = xstrdup("");

	if (used <= 0)
		return;
	for (int i = 0; i < used; i++) {
		char *longer =
			xasprintf("%s%s%u", text, i ? ", " : "byte ", bits[i]);

		free(text);
		text = longer;
	}
	property_set(ret, name, "[%s]", text);
}

static const struct {
	const char *file, *name;
	void (*set)(const char *value, const char *name, struct strv *ret);
} rows[] = {
	{ "memory.max", "MemoryMax", limit_positive },
	{ "memory.high", "MemoryHigh", limit_positive },
	{ "memory.low", "MemoryLow", limit_any },
	{ "memory.min", "MemoryMin", limit_any },
	{ "memory.swap.max", "MemorySwapMax", limit_any },
	{ "pids.max", "TasksMax", limit_positive },
	{ "cpu.weight", "CPUWeight", weight },
	{ "cpu.idle", "CPUWeight", idle },
	{ "io.weight", "IOWeight", weight },
	{ "cpuset.cpus", "AllowedCPUs", list_of_numbers },
	{ "cpuset.mems", "AllowedMemoryNodes", list_of_numbers },
	/* v1 */
	{ "memory.limit_in_bytes", "MemoryLimit", limit_positive },
	{ "cpu.shares", "CPUShares", shares },
	{ "blkio.weight", "BlockIOWeight", weight },
};

/* @quota: microseconds of each @period; UINT64_MAX: any */
static void set_quota(uint64_t quota, uint64_t period, struct strv *ret)
{
	if (quota <= UINT64_MAX / SECOND)
		quota = (quota * SECOND / period + PERCENT - 1) / PERCENT *
			PERCENT;
	set_number(ret, "CPUQuotaPerSecUSec", quota);
}

/* "QUOTA", "QUOTA PERIOD" */
static void set_cpu_max(const char *value, uint64_t period, struct strv *ret)
{
	size_t length = strcspn(value, " ");
	auto_free char *first = xstrndup(value, length);
	uint64_t quota = UINT64_MAX;

	if (strcmp(first, "max") != 0 &&
	    parse_number(first, INT64_MAX, &quota) < 0)
		return;
	if (value[length]) {
		if (parse_number(value + length + 1, SECOND, &period) < 0 ||
		    period == 0)
			return;
		set_number(ret, "CPUQuotaPeriodUSec", period);
	}
	set_quota(quota, period, ret);
}

static const char *value_of(const struct cgroup_settings *settings,
			    const char *file)
{
	for (size_t i = 0; i < settings->count; i++)
		if (!strcmp(settings->items[i].file, file))
			return settings->items[i].value;
	return NULL;
}

/* The two files that v1 has for it. */
static void set_cfs(const struct cgroup_settings *settings, uint64_t period,
		    struct strv *ret)
{
	const char *quota_text = value_of(settings, "cpu.cfs_quota_us");
	const char *period_text = value_of(settings, "cpu.cfs_period_us");
	uint64_t quota = UINT64_MAX;

	if (period_text && parse_number(period_text, SECOND, &period) == 0 &&
	    period > 0)
		set_number(ret, "CPUQuotaPeriodUSec", period);
	if (!quota_text || period == 0)
		return;
	if (*quota_text == '-' ||
	    parse_number(quota_text, INT64_MAX, &quota) == 0)
		set_quota(quota, period, ret);
}

void properties_add_limits(const struct cgroup_settings *settings,
			   uint64_t period, struct strv *ret)
{
	period = period ? period : USUAL_PERIOD;
	set_cfs(settings, period, ret);
	for (size_t i = 0; i < settings->count; i++) {
		const struct cgroup_setting *setting = &settings->items[i];

		if (!strcmp(setting->file, "cpu.max"))
			set_cpu_max(setting->value, period, ret);
		for (size_t k = 0; k < ARRAY_COUNT(rows); k++)
			if (!strcmp(setting->file, rows[k].file))
				rows[k].set(setting->value, rows[k].name, ret);
	}
}

static bool is_all(const struct spec_device_rule *rule)
{
	return rule->type == 'a' && rule->major < 0 && rule->minor < 0 &&
	       rule->read && rule->write && rule->make_node;
}

/* From behind the last rule about everything on. Return: -1: there is none
 * that forbids everything
 */
static ssize_t first_exception(const struct device_rules *rules)
{
	for (size_t i = rules->count; i > 0; i--)
		if (is_all(&rules->items[i - 1]))
			return rules->items[i - 1].allow ? -1 : (ssize_t)i;
	return -1;
}

static char *device_path(const struct spec_device_rule *rule, char type)
{
	const char *kind = type == 'b' ? "block" : "char";

	if (rule->major < 0)
		return xasprintf("%s-*", kind);
	if (rule->minor < 0)
		return xasprintf("%s-%" PRId64, kind, rule->major);
	return xasprintf("/dev/%s/%" PRId64 ":%" PRId64, kind, rule->major,
			 rule->minor);
}

static void add_device(const struct spec_device_rule *rule, char type,
		       char **list)
{
	auto_free char *path = device_path(rule, type);
	char *longer =
		xasprintf("%s%s('%s', '%s%s%s')", *list, **list ? ", " : "",
			  path, rule->read ? "r" : "", rule->write ? "w" : "",
			  rule->make_node ? "m" : "");

	free(*list);
	*list = longer;
}

void properties_add_devices(const struct spec_resources *resources,
			    struct strv *ret)
{
	auto_with(device_rules_clear) struct device_rules rules = { 0 };
	auto_free char *list = xstrdup("");
	ssize_t first;

	device_rules_make(resources, &rules);
	first = first_exception(&rules);
	if (first < 0)
		return;
	for (size_t i = (size_t)first; i < rules.count; i++) {
		const struct spec_device_rule *rule = &rules.items[i];

		if (!rule->allow || (rule->major < 0 && rule->minor >= 0))
			return;
		if (rule->type != 'b')
			add_device(rule, 'c', &list);
		if (rule->type != 'c')
			add_device(rule, 'b', &list);
	}
	property_set(ret, "DevicePolicy", "'strict'");
	property_set(ret, "DeviceAllow", "[%s]", list);
}

/* What a container couldn't be without, or would be somebody else's. */
static bool is_ours(const char *name)
{
	static const char *const names[] = {
		"Delegate", "Description", "PIDFDs", "PIDs", "Slice",
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int check_name(const char *name, struct error *err)
{
	bool good = strlen(name) >= 3;

	for (const char *c = name; *c; c++)
		if (!isalpha((unsigned char)*c))
			good = false;
	if (!good)
		return error_say(
			err, EINVAL,
			"annotation " PREFIX
			"%s: not the name of a property (letters, three at least)",
			name);
	if (is_ours(name))
		return error_say(err, EINVAL,
				 "annotation " PREFIX
				 "%s: this property is the runtime's to set",
				 name);
	return 0;
}

/* Does a name end in "Sec", but not in "USec"? */
static bool is_seconds(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && !strcmp(name + length - 3, "Sec") &&
	       islower((unsigned char)name[length - 4]);
}

static int add_annotation(const char *name, const char *value, struct strv *ret,
			  struct error *err)
{
	auto_with(variant_clear) struct variant variant = { 0 };
	auto_free char *longer = NULL;

	if (check_name(name, err) < 0)
		return -err->code;
	if (variant_parse(value, &variant, err) < 0 ||
	    (is_seconds(name) && variant_to_microseconds(&variant, err) < 0))
		return error_wrap(err, "annotation " PREFIX "%s=%s", name,
				  value);
	if (!is_seconds(name)) {
		property_set(ret, name, "%s", value);
		return 0;
	}
	longer = xasprintf("%.*sUSec", (int)strlen(name) - 3, name);
	set_number(ret, longer, variant.parts->value.uint64);
	return 0;
}

int properties_add_annotations(const struct strv *annotations, struct strv *ret,
			       struct error *err)
{
	for (size_t i = 0; i < annotations->count; i++) {
		const char *item = annotations->items[i];
		const char *value = strchr(item, '=');

		if (strncmp(item, PREFIX, strlen(PREFIX)) != 0 || !value)
			continue;
		item += strlen(PREFIX);

		auto_free char *name = xstrndup(item, (size_t)(value - item));

		if (add_annotation(name, value + 1, ret, err) < 0)
			return -err->code;
	}
	return 0;
}
