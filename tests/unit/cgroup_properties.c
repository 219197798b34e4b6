// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/properties.h"
#include "cgroup/settings.h"
#include "oci/spec_read.h"

static char text[4096];
static struct error err;

/* The properties, one a line; for the next call, and the text, to be read. */
static const char *show(struct strv *list)
{
	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++) {
		size_t used = strlen(text);

		(void)snprintf(text + used, sizeof(text) - used, "%s\n",
			       list->items[i]);
	}
	strv_clear(list);
	return text;
}

static void read_resources(const char *json, struct spec_resources *ret)
{
	cr_assert_eq(spec_read_resources_text(json, ret, &err), 0, "%s",
		     err.text);
}

static const char *limits(const char *json, bool is_v2, uint64_t period)
{
	struct spec_resources resources = { 0 };
	struct cgroup_settings settings = { 0 };
	struct strv list = { 0 };

	read_resources(json, &resources);
	cr_assert_eq(is_v2 ? cgroup_settings_v2(&resources, &settings, &err)
			   : cgroup_settings_v1(&resources, &settings, &err),
		     0, "%s", err.text);
	properties_add_limits(&settings, period, &list);
	cgroup_settings_clear(&settings);
	spec_resources_clear(&resources);
	return show(&list);
}

static const char *devices(const char *json)
{
	struct spec_resources resources = { 0 };
	struct strv list = { 0 };

	read_resources(json, &resources);
	properties_add_devices(&resources, &list);
	spec_resources_clear(&resources);
	return show(&list);
}

static const char *annotation(const char *item)
{
	struct strv annotations = { 0 }, list = { 0 };
	int result;

	strv_add(&annotations, strdup("other=1"));
	strv_add(&annotations, strdup(item));
	result = properties_add_annotations(&annotations, &list, &err);
	strv_clear(&annotations);
	if (result == 0)
		return show(&list);
	strv_clear(&list);
	return err.text;
}

Test(cgroup_properties, memory_and_tasks)
{
	cr_expect_str_eq(
		limits("{\"memory\": {\"limit\": 100, \"swap\": 150, \"reservation\": 50},"
		       "\"pids\": {\"limit\": 7}}",
		       true, 0),
		"MemorySwapMax=uint64 50\nMemoryMax=uint64 100\n"
		"MemoryLow=uint64 50\nTasksMax=uint64 7\n");
	cr_expect_str_eq(
		limits("{\"memory\": {\"limit\": -1}, \"pids\": {\"limit\": -1}}",
		       true, 0),
		"MemoryMax=uint64 18446744073709551615\n"
		"TasksMax=uint64 18446744073709551615\n");
}

Test(cgroup_properties, a_limit_of_none_at_all_is_the_least_that_systemd_takes)
{
	cr_expect_str_eq(limits("{\"pids\": {\"limit\": 0}}", true, 0),
			 "TasksMax=uint64 1\n");
}

Test(cgroup_properties, cpu)
{
	cr_expect_str_eq(
		limits("{\"cpu\": {\"shares\": 1024, \"quota\": 50000, \"period\": 200000}}",
		       true, 0),
		"CPUWeight=uint64 100\nCPUQuotaPeriodUSec=uint64 200000\n"
		"CPUQuotaPerSecUSec=uint64 250000\n");
	/* up to the next percent */
	cr_expect_str_eq(limits("{\"cpu\": {\"quota\": 50001}}", true, 0),
			 "CPUQuotaPerSecUSec=uint64 510000\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"quota\": 50000}}", true, 50000),
			 "CPUQuotaPerSecUSec=uint64 1000000\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"quota\": -1}}", true, 0),
			 "CPUQuotaPerSecUSec=uint64 18446744073709551615\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"idle\": 1}}", true, 0),
			 "CPUWeight=uint64 0\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"idle\": 0}}", true, 0), "");
}

Test(cgroup_properties, lists_of_cpus_are_bits)
{
	cr_expect_str_eq(
		limits("{\"cpu\": {\"cpus\": \"0-2,7\", \"mems\": \"0\"}}",
		       true, 0),
		"AllowedCPUs=[byte 135]\nAllowedMemoryNodes=[byte 1]\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"cpus\": \"9\"}}", true, 0),
			 "AllowedCPUs=[byte 0, 2]\n");
	/* the kernel's to refuse */
	cr_expect_str_eq(
		limits("{\"unified\": {\"cpuset.cpus\": \"x\"}}", true, 0), "");
	cr_expect_str_eq(
		limits("{\"unified\": {\"cpuset.cpus\": \"9999\"}}", true, 0),
		"");
}

Test(cgroup_properties, of_unified_too_and_the_last_one_counts)
{
	cr_expect_str_eq(
		limits("{\"memory\": {\"limit\": 100}, \"unified\": {"
		       "\"memory.max\": \"1M\", \"memory.high\": \"max\","
		       "\"memory.min\": \"0\", \"cpu.max\": \"max 5000\","
		       "\"io.weight\": \"8:0 50\", \"misc.max\": \"x 1\"}}",
		       true, 0),
		"MemoryMax=uint64 1048576\nMemoryHigh=uint64 18446744073709551615\n"
		"MemoryMin=uint64 0\nCPUQuotaPeriodUSec=uint64 5000\n"
		"CPUQuotaPerSecUSec=uint64 18446744073709551615\n");
}

Test(cgroup_properties, io_weight_is_that_of_all_devices)
{
	cr_expect_str_eq(
		limits("{\"blockIO\": {\"weight\": 1000, \"weightDevice\":"
		       "[{\"major\": 8, \"minor\": 1, \"weight\": 10}]}}",
		       true, 0),
		"IOWeight=uint64 10000\n");
}

Test(cgroup_properties, v1)
{
	cr_expect_str_eq(
		limits("{\"memory\": {\"limit\": 1, \"swap\": 2},"
		       "\"cpu\": {\"shares\": 512, \"quota\": 6000, \"period\": 10000},"
		       "\"pids\": {\"limit\": 10}, \"blockIO\": {\"weight\": 20}}",
		       false, 0),
		"CPUQuotaPeriodUSec=uint64 10000\nCPUQuotaPerSecUSec=uint64 600000\n"
		"MemoryLimit=uint64 1\nCPUShares=uint64 512\nTasksMax=uint64 10\n"
		"BlockIOWeight=uint64 20\n");
	cr_expect_str_eq(limits("{\"cpu\": {\"quota\": -1}}", false, 0),
			 "CPUQuotaPerSecUSec=uint64 18446744073709551615\n");
}

Test(cgroup_properties, devices_behind_a_rule_that_forbids_all)
{
	cr_expect(strstr(
		devices("{\"devices\": [{\"allow\": true, \"type\": \"c\", \"major\": 9},"
			"{\"allow\": false},"
			"{\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 200, \"access\": \"rw\"},"
			"{\"allow\": true, \"type\": \"b\", \"major\": 8, \"access\": \"r\"}]}"),
		"DevicePolicy='strict'\nDeviceAllow=[('/dev/char/10:200', 'rw'), "
		"('block-8', 'r'), ('char-*', 'm'), ('block-*', 'm'), ('/dev/char/1:3', 'rwm'), "));
	cr_expect(strstr(text, "('char-136', 'rwm')]\n"), "%s", text);
}

Test(cgroup_properties, no_rules_for_devices_but_those_that_systemd_has)
{
	cr_expect_str_eq(devices("{}"), "");
	cr_expect_str_eq(devices("{\"devices\": [{\"allow\": true}]}"), "");
	cr_expect_str_eq(
		devices("{\"devices\": [{\"allow\": false}, {\"allow\": false,"
			"\"type\": \"c\", \"major\": 1, \"access\": \"w\"}]}"),
		"", "a rule that forbids more");
	cr_expect_str_eq(
		devices("{\"devices\": [{\"allow\": false}, {\"allow\": true,"
			"\"type\": \"c\", \"minor\": 1, \"access\": \"w\"}]}"),
		"", "any device of some number");
}

Test(cgroup_properties, annotations)
{
	static const char *const items[][2] = {
		{ "org.systemd.property.CollectMode='inactive-or-failed'",
		  "CollectMode='inactive-or-failed'\n" },
		{ "org.systemd.property.TimeoutStopUSec=uint64 5000000",
		  "TimeoutStopUSec=uint64 5000000\n" },
		{ "org.systemd.property.TimeoutStopSec=5",
		  "TimeoutStopUSec=uint64 5000000\n" },
		{ "org.systemd.property.TimeoutStopSec=0.25",
		  "TimeoutStopUSec=uint64 250000\n" },
		{ "org.systemd.property.CPUQuotaPerSecUSec=uint64 10",
		  "CPUQuotaPerSecUSec=uint64 10\n" },
		{ "org.systemd.property.DefaultDependencies=true",
		  "DefaultDependencies=true\n" },
		{ "org.systemd.property.After=['a.service', 'b=c']",
		  "After=['a.service', 'b=c']\n" },
		{ "org.systemd.propertyX=1", "" },
	};
	static const char *const bad[][2] = {
		{ "org.systemd.property.CollectMode=inactive",
		  "annotation org.systemd.property.CollectMode=inactive: not a value" },
		{ "org.systemd.property.TimeoutStopSec='5'",
		  "not a number of seconds" },
		{ "org.systemd.property.=1", "not the name of a property" },
		{ "org.systemd.property.A-B=1", "not the name of a property" },
		{ "org.systemd.property.PIDs=[uint32 1]",
		  "the runtime's to set" },
		{ "org.systemd.property.Delegate=false",
		  "the runtime's to set" },
		{ "org.systemd.property.Description='a'",
		  "the runtime's to set" },
		{ "org.systemd.property.Slice='a.slice'",
		  "the runtime's to set" },
	};

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		cr_expect_str_eq(annotation(items[i][0]), items[i][1], "%s",
				 text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect(strstr(annotation(bad[i][0]), bad[i][1]), "%s",
			  err.text);
}

Test(cgroup_properties, one_of_the_same_name_is_put_in_place)
{
	struct strv list = { 0 };

	property_set(&list, "A", "%d", 1);
	property_set(&list, "AB", "2");
	property_set(&list, "A", "3");
	cr_expect_str_eq(show(&list), "A=3\nAB=2\n");
}

Test(cgroup_properties, texts_are_quoted)
{
	char *quoted = property_quote("a\\x2db's");

	cr_expect_str_eq(quoted, "'a\\\\x2db\\'s'");
	free(quoted);
}
