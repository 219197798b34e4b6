// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "network/members.h"

static struct members members;
static struct definition definition;
static struct error err;

static void setup(void)
{
	members = (struct members){ 0 };
	definition = (struct definition){ .name = xstrdup("web") };
	cr_assert_eq(subnet_parse("10.89.0.0/29", &definition.subnet), 0);
}

static void teardown(void)
{
	while (members.count > 0)
		members_remove(&members, &members.list[0]);
	definition_clear(&definition);
}

TestSuite(members, .init = setup, .fini = teardown);

static struct member *add(const char *request)
{
	auto_json struct json_object *document = NULL;

	cr_assert_eq(json_parse(request, strlen(request), &document, &err), 0);
	return members_add(&members, &definition,
			   &(struct json_node){ .value = document }, -1, &err);
}

Test(members, get_the_lowest_free_address)
{
	cr_assert_eq(add("{\"id\": \"aa\"}")->number, 2);
	cr_assert_eq(add("{\"id\": \"bb\"}")->number, 3);
	members_remove(&members, members_find(&members, "aa"));
	cr_assert_eq(add("{\"id\": \"cc\"}")->number, 2);
	cr_assert_eq(add("{\"id\": \"dd\"}")->number, 4);
}

Test(members, get_what_they_want_if_it_is_free)
{
	cr_assert_eq(
		add("{\"id\": \"aa\", \"address\": \"10.89.0.5\"}")->number, 5);
	cr_assert_null(add("{\"id\": \"bb\", \"address\": \"10.89.0.5\"}"));
	cr_assert_eq(err.code, EADDRINUSE);
	cr_assert_null(add("{\"id\": \"bb\", \"address\": \"10.88.0.5\"}"));
	cr_assert_eq(err.code, EINVAL);
	cr_assert_null(add("{\"id\": \"bb\", \"address6\": \"fd00::5\"}"));
	cr_assert_eq(err.code, EINVAL);
}

Test(members, are_no_more_than_addresses)
{
	char request[32];

	for (int i = 2; i <= 6; i++) {
		(void)snprintf(request, sizeof(request), "{\"id\": \"a%d\"}",
			       i);
		cr_assert_not_null(add(request));
	}
	cr_assert_null(add("{\"id\": \"late\"}"));
	cr_assert_eq(err.code, ENOSPC);
}

Test(members, come_once)
{
	cr_assert_not_null(add("{\"id\": \"aa\"}"));
	cr_assert_null(add("{\"id\": \"aa\"}"));
	cr_assert_eq(err.code, EEXIST);
}

Test(members, are_known_by_all_their_names)
{
	auto_free char *text = NULL;

	cr_assert_not_null(add("{\"id\": \"0123456789abcdef\", "
			       "\"name\": \"db\", \"aliases\": [\"sql\"]}"));
	text = members_names(&members, &definition);
	cr_assert_str_eq(text, "10.89.0.2 db\n10.89.0.2 db.web\n"
			       "10.89.0.2 0123456789ab\n"
			       "10.89.0.2 0123456789ab.web\n"
			       "10.89.0.2 sql\n10.89.0.2 sql.web\n");
}

Test(members, have_both_addresses_where_there_is_ipv6)
{
	auto_json struct json_object *object = NULL;
	auto_free char *text = NULL;
	const struct member *member;

	cr_assert_eq(subnet_parse("fd12::/64", &definition.subnet6), 0);
	member = add("{\"id\": \"aa\", \"name\": \"db\", "
		     "\"interface\": \"eth0\"}");
	object = member_json(member, &definition);
	cr_assert_str_eq(
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN),
		"{\"id\":\"aa\",\"name\":\"db\",\"interface\":\"eth0\","
		"\"aliases\":[],\"address\":\"10.89.0.2\","
		"\"address6\":\"fd12::2\"}");
	text = members_names(&members, &definition);
	cr_assert_not_null(strstr(text, "fd12::2 db\n"));
}
