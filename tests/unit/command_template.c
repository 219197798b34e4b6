// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/template.h"

static const char document[] =
	"{\"Name\": \"web\", \"Id\": \"0123456789ab\", \"Size\": 8091234, \"Zero\": 0,"
	" \"Half\": 0.5, \"Huge\": 1e21, \"Tiny\": 0.00001, \"Yes\": true, \"No\": false, \"Nil\": null,"
	" \"Empty\": \"\", \"None\": [], \"Names\": [\"a\", \"b\", \"c\"], \"Numbers\": [1, 2, 3],"
	" \"Labels\": {\"b\": \"2\", \"a\": \"1\"},"
	" \"NetworkSettings\": {\"IPAddress\": \"10.0.2.100\", \"Networks\": {\"podman\": {\"Gateway\": \"10.0.2.2\"}}},"
	" \"Mounts\": [{\"Source\": \"/s\", \"Destination\": \"/d\"}, {\"Source\": \"/t\", \"Destination\": \"/e\"}],"
	" \"Path\": \"/a\\\"b\"}";

static const char *const maps[] = { "Labels", "Networks", NULL };
static const struct template_rules rules = { .maps = maps };

/* Owned; an error's text behind "ERROR ". */
static char *run(const char *text)
{
	auto_with(template_free) struct template *template = NULL;
	struct json_object *dot = json_tokener_parse(document);
	struct error err = { 0 };
	char *result = NULL;

	cr_assert_not_null(dot);
	if (template_parse(text, &template, &err) < 0 ||
	    template_run(template, dot, &rules, &result, &err) < 0)
		cr_assert_gt(asprintf(&result, "ERROR %s", err.text), 0);
	json_object_put(dot);
	return result;
}

struct row {
	const char *template, *expected;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *got = run(rows[i].template);

		cr_expect_str_eq(got, rows[i].expected,
				 "%s\n got: %s\nwant: %s", rows[i].template,
				 got, rows[i].expected);
	}
}

#define CHECK(...) \
	do { \
		static const struct row rows[] = { __VA_ARGS__ }; \
		check(rows, ARRAY_COUNT(rows)); \
	} while (0)

Test(template, values_print_as_go_prints_them)
{
	CHECK({ "", "" }, { "plain", "plain" }, { "{{.Name}}", "web" },
	      { "{{.Size}}", "8091234" }, { "{{.Half}}", "0.5" },
	      { "{{.Huge}}", "1e+21" }, { "{{.Tiny}}", "1e-05" },
	      { "{{.Yes}} {{.No}}", "true false" }, { "{{.Nil}}", "<nil>" },
	      { "{{.Names}}", "[a b c]" }, { "{{.None}}", "[]" },
	      { "{{.Labels}}", "map[a:1 b:2]" },
	      { "{{.NetworkSettings}}",
		"map[IPAddress:10.0.2.100 Networks:map[podman:map[Gateway:10.0.2.2]]]" },
	      { "{{.Mounts}}",
		"[map[Destination:/d Source:/s] map[Destination:/e Source:/t]]" },
	      { "{{nil}}", "<nil>" },
	      { "{{100000000000000000000.0}}", "100000000000000000000" },
	      { "{{1.0}} {{-2}} {{0x1F}} {{0b11}} {{0o17}} {{'a'}} {{1_000}} {{1e3}}",
		"1 -2 31 3 15 97 1000 1000" });
}

Test(template, fields)
{
	CHECK({ "{{.NetworkSettings.IPAddress}}", "10.0.2.100" },
	      { "{{ .Name }}", "web" }, { "{{$.Name}} {{(.Name)}}", "web web" },
	      { "{{(index .Mounts 1).Source}}", "/t" },
	      { "{{.Labels.a}} {{.Labels.z}}", "1 <no value>" },
	      { "{{.Label \"a\"}}|{{.Label \"z\"}}|", "1||" },
	      { "{{.Nmae}}",
		"ERROR template: <.Nmae>: can't evaluate field Nmae (did you mean 'Name'?)" },
	      { "{{.name}}",
		"ERROR template: <.name>: can't evaluate field name (did you mean 'Name'?)" },
	      { "{{.Xyzzy}}",
		"ERROR template: <.Xyzzy>: can't evaluate field Xyzzy" },
	      { "{{.Name.First}}",
		"ERROR template: <.Name.First>: can't evaluate field First in string" },
	      { "{{.Nil.First}}",
		"ERROR template: <.Nil.First>: no field First, for there is nothing to have it" },
	      { "{{.Name \"x\"}}",
		"ERROR template: can't give argument to non-function .Name" });
}

Test(template, functions_of_text)
{
	CHECK({ "{{json .Names}}", "[\"a\",\"b\",\"c\"]" },
	      { "{{json .Path}}", "\"/a\\\"b\"" }, { "{{json .Nil}}", "null" },
	      { "{{json .Labels}}", "{\"b\":\"2\",\"a\":\"1\"}" },
	      { "{{.Names | json}}", "[\"a\",\"b\",\"c\"]" },
	      { "{{join .Names \", \"}}", "a, b, c" },
	      { "{{join .None \",\"}}|", "|" },
	      { "{{upper .Name}} {{lower \"ABC\"}} {{title \"ab cd-ef g_h\"}}",
		"WEB abc Ab Cd-Ef G_h" },
	      { "{{split \"a:b:\" \":\"}} {{len (split \"a:b:\" \":\")}}",
		"[a b ] 3" },
	      { "{{split \"abc\" \"\"}} {{split \"\" \":\" | len}}",
		"[a b c] 1" },
	      { "{{truncate .Id 4}} {{truncate .Name 9}}", "0123 web" },
	      { "{{pad .Name 1 2}}|{{pad \"\" 1 2}}|", " web  ||" },
	      { "{{println .Name 1 2}}", "web 1 2\n" },
	      { "{{print .Name 1 2 .Name}} {{print 1 \"a\" \"b\"}}",
		"web1 2web 1ab" },
	      { "{{uper .Name}}",
		"ERROR template: no function 'uper' (did you mean 'upper'?)" },
	      { "{{upper 1}}", "ERROR template: upper wants text, not int" },
	      { "{{upper}}",
		"ERROR template: wrong number of arguments for upper: 0, not 1" });
}

Test(template, printf)
{
	CHECK({ "{{printf \"%s %d %v\" .Name .Size .Half}}",
		"web 8091234 0.5" },
	      { "{{printf \"%5s|%-5s|%05d|%+d|% d\" .Name .Name 42 42 42}}",
		"  web|web  |00042|+42| 42" },
	      { "{{printf \"%05d|%-5d|%3d\" -42 7 12345}}",
		"-0042|7    |12345" },
	      { "{{printf \"%q %q\" .Path .Names}}",
		"\"/a\\\"b\" [\"a\" \"b\" \"c\"]" },
	      { "{{printf \"%x %X %x %#x\" .Name 255 255 255}}",
		"776562 FF ff 0xff" },
	      { "{{printf \"%.2s|%5.1f|%.3f|%e\" .Name 3.14159 2.0 1.5}}",
		"we|  3.1|2.000|1.500000e+00" },
	      { "{{printf \"%t %v %T %T\" .Yes .Nil .Name .Size}}",
		"true <nil> string int" },
	      { "{{printf \"%o %b %c %U\" 8 5 65 65}}", "10 101 A U+0041" },
	      { "{{printf \"100%%\"}}", "100%" },
	      { "{{printf \"%d\" .Name}}", "%!d(string=web)" },
	      { "{{printf \"%s\" .Size}}", "%!s(int=8091234)" },
	      { "{{printf \"%s\" .Names}}", "[a b c]" },
	      { "{{printf \"%s %s\" .Name}}", "web %!s(MISSING)" },
	      { "{{printf \"%s\" .Name 1}}", "web%!(EXTRA int=1)" },
	      { "{{printf \"%z\" 1}}", "%!z(int=1)" },
	      { "{{printf \"%\"}}", "%!(NOVERB)" },
	      { "{{printf \"%*d|\" 4 7}}", "   7|" },
	      { "{{.Name | printf \"<%s>\" | upper}}", "<WEB>" },
	      { "{{printf \"%s\" .Nil}}", "%!s(<nil>)" });
}

Test(template, comparing)
{
	CHECK({ "{{eq .Name \"web\"}} {{eq .Name \"a\" \"web\"}} {{ne .Name \"a\"}}",
		"true true true" },
	      { "{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 3}} {{lt \"a\" \"b\"}}",
		"true true false false true" },
	      { "{{eq .Nil nil}} {{eq .Name nil}}", "true false" },
	      { "{{eq .Name 1}}",
		"ERROR template: incompatible types for comparison: string and int" },
	      { "{{lt true false}}",
		"ERROR template: boolean can't be compared" },
	      { "{{and .Yes .Name}} {{and .No .Name}} {{or .Empty .Name}} {{or 0 \"\"}}|",
		"web false web |" },
	      { "{{and .No .Xyzzy}} {{or .Yes (index .None 9)}}",
		"false true" },
	      { "{{not .Yes}} {{not .Empty}}", "false true" },
	      { "{{len .Names}} {{len .Name}} {{len .Labels}}", "3 3 2" },
	      { "{{index .Names 1}} {{index .Labels \"a\"}} {{index .Labels \"z\"}}|",
		"b 1 |" },
	      { "{{index .NetworkSettings.Networks \"x\"}}", "<nil>" },
	      { "{{index .Names 3}}",
		"ERROR template: index out of range: 3 of a list of 3" },
	      { "{{slice .Id 0 4}} {{slice .Names 1}} {{slice .Id 4 6}}",
		"0123 [b c] 45" },
	      { "{{slice .Id 4 2}}", "ERROR template: slice: 4 is behind 2" });
}

Test(template, blocks)
{
	CHECK({ "{{range .Names}}{{.}};{{end}}", "a;b;c;" },
	      { "{{range $i, $n := .Names}}{{$i}}={{$n}} {{end}}",
		"0=a 1=b 2=c " },
	      { "{{range $n := .Names}}{{$n}}{{end}}", "abc" },
	      { "{{range $k, $v := .Labels}}{{$k}}{{$v}},{{end}}", "a1,b2," },
	      { "{{range .None}}x{{else}}none{{end}}", "none" },
	      { "{{range .Nil}}x{{else}}none{{end}}", "none" },
	      { "{{range 3}}{{.}}{{end}}", "012" },
	      { "{{range .Names}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}",
		"a" },
	      { "{{range .Names}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}",
		"ac" },
	      { "{{range .Mounts}}{{.Source}}:{{.Destination}}\\n{{end}}",
		"/s:/d\n/t:/e\n" },
	      { "{{range .Names}}{{$.Name}}{{.}} {{end}}", "weba webb webc " },
	      { "{{range .Name}}{{end}}",
		"ERROR template: range can't iterate over string" },
	      { "{{if .Yes}}y{{else}}n{{end}}{{if .Zero}}y{{else}}n{{end}}",
		"yn" },
	      { "{{if .No}}1{{else if .Empty}}2{{else if .Name}}3{{else}}4{{end}}",
		"3" },
	      { "{{with .NetworkSettings}}{{.IPAddress}}{{end}}",
		"10.0.2.100" },
	      { "{{with .Empty}}x{{else}}{{.Name}}{{end}}", "web" },
	      { "{{with $x := .Name}}{{$x}}{{end}}", "web" },
	      { "{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2" },
	      { "{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1" },
	      { "{{range $n := .Names}}{{end}}{{$n}}",
		"ERROR template: no variable $n" },
	      { "{{$name := .Name}}{{$nmae}}",
		"ERROR template: no variable $nmae (did you mean '$name'?)" });
}

Test(template, text)
{
	CHECK({ "a\\tb\\nc\\x", "a\tb\nc\\x" },
	      { "{{\"a\\tb\\n\\x41\\u00e4\\101\"}}", "a\tb\nA\xc3\xa4"
						     "A" },
	      { "{{`a\\t\"b`}}", "a\\t\"b" },
	      { "a  {{- .Name -}}  b", "awebb" },
	      { "a {{- 1 }} b {{ 2 -}} \\n c", "a1 b 2c" }, { "{{-1}}", "-1" },
	      { "a{{/* no */}}b {{- /* no */ -}} c", "abc" },
	      { "}} {", "}} {" });
}

Test(template, what_is_wrong_is_said)
{
	CHECK({ "{{", "ERROR template: an action has no '}}'" },
	      { "{{}}", "ERROR template: an action says nothing: {{}}" },
	      { "{{.Name", "ERROR template: an action has no '}}'" },
	      { "{{if .Yes}}", "ERROR template: {{end}} is missing" },
	      { "{{end}}", "ERROR template: {{end}} ends no block" },
	      { "{{else}}", "ERROR template: {{else}} ends no block" },
	      { "{{if .Yes}}{{else}}{{else}}{{end}}",
		"ERROR template: a second {{else}}" },
	      { "{{(1}}", "ERROR template: a '(' has no ')'" },
	      { "{{1)}}",
		"ERROR template: ')' doesn't belong there in an action" },
	      { "{{\"a}}", "ERROR template: a string has no end: \"a}}" },
	      { "{{\"\\z\"}}",
		"ERROR template: '\\z' is no escape of a string" },
	      { "{{/* a}}", "ERROR template: a comment has no '*/'" },
	      { "{{.Name |}}",
		"ERROR template: a value is missing before '}}'" },
	      { "{{#}}", "ERROR template: unexpected '#' in an action" },
	      { "{{range 5000000}}{{end}}",
		"ERROR template: it would never end" });
}

Test(template, depth_is_limited)
{
	char text[400] = "{{";

	memset(text + 2, '(', 200);
	auto_free char *got = run(text);

	cr_assert_str_eq(got, "ERROR template: too many parentheses");
}

Test(template, headings)
{
	static const struct template_heading headings[] = {
		{ "ID", "CONTAINER ID" },
		{ 0 },
	};
	static const struct row rows[] = {
		{ "table {{.Names}}\\t{{.ID}}", "NAMES\tCONTAINER ID" },
		{ "table {{.CreatedAt}} {{.IPAddress}} {{.NetworkSettings.Gateway}}",
		  "CREATED AT IP ADDRESS GATEWAY" },
		{ "table {{json .Names}} {{upper .Image}} {{join .Ports \",\"}}",
		  "NAMES IMAGE PORTS" },
		{ "table {{range .Mounts}}{{.Source}}{{end}}", "SOURCE" },
		{ "table {{if .Name}}{{.Name}}{{end}} {{.Label \"owner\"}}",
		  "NAME owner" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		auto_with(template_free) struct template *template = NULL;
		auto_free char *got = NULL;
		struct error err;

		cr_assert_eq(template_parse(rows[i].template, &template, &err),
			     0);
		cr_assert(template_is_table(template));
		cr_assert_eq(template_header(template, headings, &got, &err), 0,
			     "%s", err.text);
		cr_expect_str_eq(got, rows[i].expected, "%s: %s",
				 rows[i].template, got);
	}
}
