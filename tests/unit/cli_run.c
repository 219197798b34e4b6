// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/run_settings.h"
#include "oci/capability.h"

static char *words[8];
static struct run_settings settings;
static struct run_request request;
static struct error err;

static const char *network_word[] = { "none" };

static void use_network(const char *word)
{
	network_word[0] = word;
	settings.networks = (struct list){ network_word, word != NULL };
}

static void setup(void)
{
	settings = (struct run_settings){ .command = words };
	use_network("none");
}

static void teardown(void)
{
	run_request_clear(&request);
}

TestSuite(run, .init = setup, .fini = teardown);

static void add(struct list *list, const char *word)
{
	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	list->items[list->count++] = word;
}

static const struct spec *make(void)
{
	cr_assert_eq(run_make_request(&settings, "host", &request, &err), 0,
		     "%s", err.text);
	return &request.spec;
}

static void expect_refusal(const char *text)
{
	cr_assert_lt(run_make_request(&settings, "host", &request, &err), 0);
	cr_assert_not_null(strstr(err.text, text), "%s", err.text);
}

static const struct spec_mount *find_mount(const struct spec *spec,
					   const char *path)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		if (!strcmp(spec->mounts[i].destination, path))
			return &spec->mounts[i];
	cr_assert_fail("no mount on %s", path);
	return NULL;
}

static bool has_option(const struct spec_mount *mount, const char *option)
{
	for (size_t i = 0; i < mount->options.count; i++)
		if (!strcmp(mount->options.items[i], option))
			return true;
	return false;
}

static const char *find_text(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->file_count; i++)
		if (!strcmp(spec->files[i].path, path))
			return spec->files[i].content;
	cr_assert_fail("no file %s", path);
	return NULL;
}

Test(run, has_everything_a_container_has_by_default)
{
	const struct spec *spec = make();

	for (int i = 0; i < NS_COUNT; i++)
		cr_assert_eq(spec->namespaces[i].wanted, i != NS_TIME);
	cr_assert_eq(spec->process.capabilities.bounding,
		     capability_default_set());
	cr_assert_eq(spec->seccomp.kind, SECCOMP_DEFAULT);
	cr_assert(spec->init);
	cr_assert_eq(strlen(request.id), 64);
	cr_assert_eq(strncmp(spec->hostname, request.id, 12), 0);
	cr_assert_str_eq(spec->process.args.items[0], "/bin/sh");
	cr_assert_str_eq(spec->process.cwd, "/");
	cr_assert_str_eq(spec_get_env(spec, "container"), "holt");
	cr_assert_null(spec_get_env(spec, "TERM"));
	cr_assert_gt(spec->masked_paths.count, 5);
	(void)find_mount(spec, "/proc");
	(void)find_mount(spec, "/dev/shm");
}

Test(run, a_volume_is_a_private_bind)
{
	const struct spec_mount *mount;

	add(&settings.volumes, "/etc:/mnt");
	mount = find_mount(make(), "/mnt");
	cr_assert_str_eq(mount->type, "bind");
	cr_assert_str_eq(mount->source, "/etc");
	cr_assert(has_option(mount, "rbind"));
	cr_assert(has_option(mount, "rprivate"));
	cr_assert_not(has_option(mount, "ro"));
}

Test(run, a_read_only_volume_is_so_to_the_last_mount)
{
	const struct spec_mount *mount;

	add(&settings.volumes, "/etc:/mnt:ro,rslave,z,noexec");
	mount = find_mount(make(), "/mnt");
	cr_assert(has_option(mount, "ro"));
	cr_assert(has_option(mount, "rro"));
	cr_assert(has_option(mount, "rslave"));
	cr_assert(has_option(mount, "noexec"));
	cr_assert_not(has_option(mount, "rprivate"));
	cr_assert_not(has_option(mount, "z"));
}

Test(run, the_source_of_a_volume_is_resolved)
{
	const struct spec_mount *mount;

	add(&settings.volumes, "/etc/../etc/./passwd:/mnt");
	mount = find_mount(make(), "/mnt");
	cr_assert_str_eq(mount->source, "/etc/passwd");
}

struct bad_word {
	char word[40], text[40];
};

ParameterizedTestParameters(run, bad_volume)
{
	static struct bad_word cases[] = {
		{ "", "absolute" },
		{ "etc", "absolute" },
		{ "na me:/x", "nor the name of a volume" },
		{ ":/x", "nor the name of a volume" },
		{ "name:x", "absolute" },
		{ "name:/x:nosuch", "'nosuch'" },
		{ "/nonexistent:/x", "/nonexistent" },
		{ "/etc:x", "absolute" },
		{ "/etc:", "absolute" },
		{ "/etc:/a/../b", "absolute" },
		{ "/etc:/x:nosuch", "'nosuch'" },
		{ "/etc:/x:U", "'U' is not supported" },
		{ "/etc:/x:O", "'O' is not supported" },
		{ "/etc:/x:idmap=x", "not supported" },
		{ "/etc:/x:ro:rw", "'ro:rw'" },
	};

	return cr_make_param_array(struct bad_word, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct bad_word *c, run, bad_volume)
{
	add(&settings.volumes, c->word);
	expect_refusal("--volume");
	cr_assert_not_null(strstr(err.text, c->text), "%s", err.text);
}

Test(run, mount_words_are_taken_apart)
{
	const struct spec_mount *mount;

	add(&settings.mounts,
	    "type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=0700,ro");
	add(&settings.mounts, "type=bind,source=/etc,target=/b,readonly=false");
	add(&settings.mounts, "type=bind,src=/etc,destination=/c,ro");
	mount = find_mount(make(), "/t");
	cr_assert(has_option(mount, "size=1m"));
	cr_assert(has_option(mount, "mode=0700"));
	cr_assert_not(has_option(mount, "mode=1777"));
	cr_assert(has_option(mount, "ro"));
	cr_assert_not(has_option(find_mount(&request.spec, "/b"), "ro"));
	cr_assert(has_option(find_mount(&request.spec, "/c"), "rro"));
}

ParameterizedTestParameters(run, bad_mount)
{
	static struct bad_word cases[] = {
		{ "", "no target" },
		{ "type=tmpfs", "no target" },
		{ "type=volume,src=/etc,dst=/x", "type=bind" },
		{ "type=volume,src=a b,dst=/x", "nor the name of a volume" },
		{ "type=volume,dst=x", "absolute" },
		{ "type=nosuch,dst=/x", "'nosuch' is not supported" },
		{ "type=bind,dst=/x", "no source" },
		{ "type=tmpfs,dst=x", "absolute" },
		{ "type=tmpfs,dst=/x,nosuch", "'nosuch'" },
		{ "type=tmpfs,dst=/x,nosuch=1", "'nosuch" },
		{ "type=tmpfs,dst=/x,ro=maybe", "true or false" },
		{ "type=bind,src=name,dst=/x", "type=volume" },
	};

	return cr_make_param_array(struct bad_word, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct bad_word *c, run, bad_mount)
{
	add(&settings.mounts, c->word);
	expect_refusal("--mount");
	cr_assert_not_null(strstr(err.text, c->text), "%s", err.text);
}

Test(run, tmpfs_has_safe_defaults_and_takes_options)
{
	const struct spec_mount *mount;

	add(&settings.tmpfs, "/t:size=1m,exec");
	mount = find_mount(make(), "/t");
	cr_assert(has_option(mount, "nosuid"));
	cr_assert(has_option(mount, "nodev"));
	cr_assert(has_option(mount, "size=1m"));
	cr_assert_str_eq(mount->options.items[mount->options.count - 1],
			 "exec");
}

Test(run, variables_are_set_passed_on_and_matched)
{
	const struct spec *spec;

	(void)setenv("HOLT_ONE", "1", 1);
	(void)setenv("HOLT_TWO", "2=2", 1);
	(void)setenv("OTHER", "3", 1);
	add(&settings.env, "A=x=y");
	add(&settings.env, "HOLT_*");
	add(&settings.env, "NOT_THERE");
	add(&settings.env, "PATH=/bin");
	spec = make();
	cr_assert_str_eq(spec_get_env(spec, "A"), "x=y");
	cr_assert_str_eq(spec_get_env(spec, "HOLT_ONE"), "1");
	cr_assert_str_eq(spec_get_env(spec, "HOLT_TWO"), "2=2");
	cr_assert_str_eq(spec_get_env(spec, "PATH"), "/bin");
	cr_assert_null(spec_get_env(spec, "OTHER"));
	cr_assert_null(spec_get_env(spec, "NOT_THERE"));
}

Test(run, a_variable_needs_a_name)
{
	add(&settings.env, "=x");
	expect_refusal("--env");
}

Test(run, hosts_has_what_was_added_and_the_container_itself)
{
	const char *text;

	settings.hostname = "me";
	add(&settings.add_hosts, "a;b:192.0.2.1");
	add(&settings.add_hosts, "six:2001:db8::1");
	text = find_text(make(), "/etc/hosts");
	cr_assert_not_null(strstr(text, "127.0.0.1\tlocalhost\n"));
	cr_assert_not_null(strstr(text, "\n192.0.2.1\ta\n192.0.2.1\tb\n"));
	cr_assert_not_null(strstr(text, "\n2001:db8::1\tsix\n"));
	cr_assert_not_null(strstr(text, "\n127.0.0.1\tme\n"));
	cr_assert_null(strstr(text, "host.containers.internal"));
}

Test(run, with_a_network_the_host_has_a_name)
{
	const char *text;

	use_network(NULL);
	add(&settings.add_hosts, "gw:host-gateway");
	text = find_text(make(), "/etc/hosts");
	cr_assert(request.has_network);
	cr_assert_not_null(
		strstr(text, "\n10.0.2.2\thost.containers.internal"));
	cr_assert_not_null(strstr(text, "\n10.0.2.2\tgw\n"));
	cr_assert_eq(strncmp(find_text(&request.spec, "/etc/resolv.conf"),
			     "nameserver 10.0.2.3\n", 20),
		     0);
}

ParameterizedTestParameters(run, bad_host)
{
	static struct bad_word cases[] = {
		{ "a", "'a'" },
		{ "a:", "'a:'" },
		{ "a:b", "'a:b'" },
		{ ":1.2.3.4", "''" },
		{ "a b:1.2.3.4", "'a b'" },
		{ "a\nb:1.2.3.4", "a\nb" },
		{ "a:1.2.3.4\n6.6.6.6 b", "1.2.3.4" },
		{ "a;:1.2.3.4", "''" },
	};

	return cr_make_param_array(struct bad_word, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct bad_word *c, run, bad_host)
{
	add(&settings.add_hosts, c->word);
	expect_refusal("--add-host");
	cr_assert_not_null(strstr(err.text, c->text), "%s", err.text);
}

Test(run, network_options_are_read)
{
	use_network("slirp:allow_host_loopback=true,enable_ipv6=no,mtu=1500");
	(void)make();
	cr_assert(request.network.allow_host_loopback);
	cr_assert(request.network.no_ipv6);
	cr_assert_eq(request.network.mtu, 1500);
}

ParameterizedTestParameters(run, bad_network)
{
	static struct bad_word cases[] = {
		{ "", "''" },
		{ "nosuch", "'nosuch'" },
		{ "slirp:", "no option ''" },
		{ "slirp:nosuch=1", "'nosuch'" },
		{ "slirp:mtu=1279", "1280" },
		{ "slirp:mtu=65521", "65520" },
		{ "slirp:mtu=-1", "mtu" },
		{ "slirp:allow_host_loopback", "true or false" },
		{ "none:x", "'none:x'" },
		{ "host:x", "'host:x'" },
	};

	return cr_make_param_array(struct bad_word, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct bad_word *c, run, bad_network)
{
	use_network(c->word);
	expect_refusal("--network");
	cr_assert_not_null(strstr(err.text, c->text), "%s", err.text);
}

Test(run, capabilities_are_dropped_and_added)
{
	add(&settings.cap_drop, "all");
	add(&settings.cap_add, "chown,CAP_KILL");
	cr_assert_eq(make()->process.capabilities.bounding,
		     1ULL << 0 | 1ULL << 5);
	cr_assert_eq(request.spec.process.capabilities.ambient, 0);
	cr_assert_eq(request.spec.process.capabilities.inheritable, 0);
}

Test(run, all_but_one_is_all_but_one)
{
	add(&settings.cap_add, "ALL");
	add(&settings.cap_drop, "sys_admin");
	cr_assert_eq(make()->process.capabilities.bounding,
		     capability_full_set() & ~(1ULL << 21));
}

Test(run, the_command_follows_the_entrypoint)
{
	char *command[] = { (char[]){ "c" }, NULL };
	const struct spec *spec;

	settings.command = command;
	settings.entrypoint = "[\"a\", \"b c\"]";
	spec = make();
	cr_assert_eq(spec->process.args.count, 3);
	cr_assert_str_eq(spec->process.args.items[0], "a");
	cr_assert_str_eq(spec->process.args.items[1], "b c");
	cr_assert_str_eq(spec->process.args.items[2], "c");
}

Test(run, a_limit_replaces_the_one_before)
{
	const struct spec *spec;

	add(&settings.ulimits, "nofile=1:2");
	add(&settings.ulimits, "nofile=3");
	spec = make();
	cr_assert_eq(spec->process.rlimit_count, 1);
	cr_assert_eq(spec->process.rlimits[0].soft, 3);
	cr_assert_eq(spec->process.rlimits[0].hard, 3);
}

Test(run, read_only_leaves_places_to_write)
{
	const struct spec *spec;

	settings.read_only = true;
	spec = make();
	cr_assert(spec->root.readonly);
	cr_assert_str_eq(find_mount(spec, "/run")->type, "tmpfs");
	cr_assert_str_eq(find_mount(spec, "/tmp")->type, "tmpfs");
}

/* What -p comes to, with blanks between. */
static char *publish(const char *word)
{
	struct strv *list = &request.network.publish;
	char *text = xstrdup("");

	use_network("slirp");
	add(&settings.publish, word);
	(void)make();
	for (size_t i = 0; i < list->count; i++) {
		char *longer =
			xasprintf("%s%s%s", text, i ? " " : "", list->items[i]);

		free(text);
		text = longer;
	}
	return text;
}

struct publish_case {
	char word[40];
	char wanted[80];
};

ParameterizedTestParameters(run, published_ports)
{
	static struct publish_case cases[] = {
		{ "0:80", "tcp/*/0/80" },
		{ "8080:80", "tcp/*/8080/80" },
		{ "8080:80/tcp", "tcp/*/8080/80" },
		{ "53:5353/udp", "udp/*/53/5353" },
		{ "80", "tcp/*/0/80" },
		{ ":80", "tcp/*/0/80" },
		{ "::80", "tcp/*/0/80" },
		{ "127.0.0.1:8080:80", "tcp/127.0.0.1/8080/80" },
		{ "127.0.0.1::80", "tcp/127.0.0.1/0/80" },
		{ "[::1]:8080:80", "tcp/::1/8080/80" },
		{ "[2001:db8::1]::80/udp", "udp/2001:db8::1/0/80" },
		{ "8000-8002:80-82",
		  "tcp/*/8000/80 tcp/*/8001/81 tcp/*/8002/82" },
		{ "80-81", "tcp/*/0/80 tcp/*/0/81" },
		{ "65535:65535", "tcp/*/65535/65535" },
	};

	return cr_make_param_array(struct publish_case, cases,
				   sizeof(cases) / sizeof(*cases));
}

ParameterizedTest(struct publish_case *c, run, published_ports)
{
	char *text;

	setup();
	text = publish(c->word);
	cr_expect_str_eq(text, c->wanted, "%s: %s", c->word, text);
	free(text);
	teardown();
}

struct bad_port {
	char word[40];
};

ParameterizedTestParameters(run, what_is_no_port)
{
	static struct bad_port cases[] = {
		{ "" },
		{ "x" },
		{ "0" },
		{ "80:0" },
		{ "65536" },
		{ "80:65536" },
		{ "80/sctp" },
		{ "80/" },
		{ "1:2:3" },
		{ "localhost:80:80" },
		{ "127.0.0.1:80:80:80" },
		{ "::1:80:80" },
		{ "[::1:80:80" },
		{ "[::1]80:80" },
		{ "[127.0.0.1]:80:80x" },
		{ "82-80:82-80" },
		{ "80-82:80" },
		{ "80:80-82" },
		{ "1-:1-2" },
		{ "-1:1" },
		{ "1-65535" },
	};

	return cr_make_param_array(struct bad_port, cases,
				   sizeof(cases) / sizeof(*cases));
}

ParameterizedTest(struct bad_port *c, run, what_is_no_port)
{
	setup();
	use_network("slirp");
	add(&settings.publish, c->word);
	expect_refusal("--publish: ");
	teardown();
}

Test(run, exposed_ports_are_published_only_with_the_word)
{
	use_network("slirp");
	add(&settings.expose, "80-81/udp");
	(void)make();
	cr_assert_eq(request.network.publish.count, 0);
	run_request_clear(&request);
	settings.publish_all = true;
	(void)make();
	cr_assert_eq(request.network.publish.count, 2);
	cr_assert_str_eq(request.network.publish.items[1], "udp/*/0/81");
	run_request_clear(&request);
	add(&settings.expose, "8080:80");
	expect_refusal("--expose: '8080:80' is not PORT");
}
