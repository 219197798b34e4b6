// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "container/state_json.h"

static struct strv annotations;

static void fill(void)
{
	strv_add(&annotations, xstrdup("a.b=1"));
	strv_add(&annotations, xstrdup("empty="));
	strv_add(&annotations, xstrdup("text=x=\"y\"\n/z"));
}

static void clear(void)
{
	strv_clear(&annotations);
}

Test(state_json, has_the_properties_of_the_specification)
{
	const struct state_facts facts = {
		.id = "c1",
		.status = "creating",
		.bundle = "/b",
		.pid = 7,
	};
	auto_free char *text = state_json(&facts);

	cr_assert_str_eq(
		text,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":7,\"status\":\"creating\",\"bundle\":\"/b\"}");
}

Test(state_json, leaves_out_the_process_where_there_is_none)
{
	const struct state_facts facts = {
		.id = "c1",
		.status = "stopped",
		.bundle = "/b",
		.no_pid = true,
	};
	auto_free char *text = state_json(&facts);

	cr_assert_str_eq(
		text,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}");
}

Test(state_json, says_everything_in_the_order_of_other_runtimes, .init = fill,
     .fini = clear)
{
	const struct state_facts facts = {
		.id = "c1",
		.status = "running",
		.bundle = "/b",
		.pid = 7,
		.annotations = &annotations,
		.rootfs = "/b/rootfs",
		.created = "2026-01-02T03:04:05.000000006Z",
		.owner = "me",
	};
	auto_free char *text = state_json(&facts);

	cr_assert_str_eq(
		text,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":7,\"status\":\"running\",\"bundle\":\"/b\","
		"\"rootfs\":\"/b/rootfs\",\"created\":\"2026-01-02T03:04:05.000000006Z\","
		"\"annotations\":{\"a.b\":\"1\",\"empty\":\"\",\"text\":\"x=\\\"y\\\"\\n/z\"},\"owner\":\"me\"}");
}

Test(state_json, no_annotations_are_no_property)
{
	const struct state_facts facts = {
		.id = "c1",
		.status = "stopped",
		.bundle = "/b",
		.annotations = &annotations,
	};
	auto_free char *text = state_json(&facts);

	cr_assert_str_eq(
		text,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":0,\"status\":\"stopped\",\"bundle\":\"/b\"}");
}
