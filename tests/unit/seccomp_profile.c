// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "oci/seccomp.h"
#include "oci/seccomp_read.h"
#include "tests/unit/seccomp_bpf.h"

#define HIGH      UINT64_C(0x100000000)
#define CAP(name) (UINT64_C(1) << CAP_##name)

/* "default", "KILL" and so on as SCMP_ACT_* */
#define PROFILE(default_action, more) \
	"{\"defaultAction\": \"SCMP_ACT_" default_action "\"" more "}"
#define CALLS(calls) ", \"syscalls\": [" calls "]"

static int read_text(const char *text, const uint64_t *capabilities,
		     struct seccomp_profile *ret, struct error *err)
{
	auto_json struct json_object *document = NULL;

	*err = (struct error){ 0 };
	if (json_parse(text, strlen(text), &document, err) < 0)
		return -err->code;

	struct json_node root = { .value = document };

	return seccomp_read_node(&root, capabilities, ret, err);
}

static struct seccomp_program compile(const char *text,
				      const uint64_t *capabilities)
{
	struct seccomp_profile profile = { 0 };
	struct seccomp_program program = { 0 };
	struct error err;

	cr_assert_eq(read_text(text, capabilities, &profile, &err), 0, "%s",
		     err.text);
	cr_assert_eq(seccomp_compile(&profile, 0, &program, &err), 0, "%s",
		     err.text);
	seccomp_profile_clear(&profile);
	return program;
}

static uint32_t ask(const struct seccomp_program *program, int number,
		    uint64_t a, uint64_t b)
{
	struct seccomp_data data = {
		.nr = number,
		.arch = seccomp_arch_native(),
		.args = { a, b },
	};

	return bpf_run(program, &data);
}

struct action_case {
	char name[16];
	uint32_t value;
};

ParameterizedTestParameters(seccomp_profile, has_every_action)
{
	static struct action_case cases[] = {
		{ "ERRNO", SECCOMP_RET_ERRNO | EPERM },
		{ "KILL", SECCOMP_RET_KILL_THREAD },
		{ "KILL_THREAD", SECCOMP_RET_KILL_THREAD },
		{ "KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
		{ "TRAP", SECCOMP_RET_TRAP },
		{ "TRACE", SECCOMP_RET_TRACE | EPERM },
		{ "LOG", SECCOMP_RET_LOG },
	};

	return cr_make_param_array(struct action_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct action_case *c, seccomp_profile, has_every_action)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
		       PROFILE("ALLOW", CALLS("{\"names\": [\"fchmod\"],"
					      " \"action\": \"SCMP_ACT_%s\"}")),
		       c->name);

	struct seccomp_program program = compile(text, NULL);

	cr_expect_eq(ask(&program, SYS_fchmod, 0, 0), c->value, "0x%x",
		     ask(&program, SYS_fchmod, 0, 0));
	cr_expect_eq(ask(&program, SYS_getpid, 0, 0), SECCOMP_RET_ALLOW);
	seccomp_program_clear(&program);
}

Test(seccomp_profile, returns_the_errnos_it_is_told)
{
	struct seccomp_program program = compile(
		PROFILE("ERRNO",
			", \"defaultErrnoRet\": 38" CALLS(
				"{\"names\": [\"read\", \"no_such_call\"],"
				" \"action\": \"SCMP_ACT_ALLOW\"},"
				"{\"names\": [\"fchmod\"], \"errnoRet\": 13,"
				" \"action\": \"SCMP_ACT_ERRNO\"},"
				"{\"names\": [\"fchown\"], \"errnoRet\": 0,"
				" \"action\": \"SCMP_ACT_ERRNO\"}")),
		NULL);

	cr_expect_eq(ask(&program, SYS_read, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&program, SYS_fchmod, 0, 0),
		     SECCOMP_RET_ERRNO | EACCES);
	cr_expect_eq(ask(&program, SYS_fchown, 0, 0), SECCOMP_RET_ERRNO);
	cr_expect_eq(ask(&program, SYS_getpid, 0, 0),
		     SECCOMP_RET_ERRNO | ENOSYS);
	seccomp_program_clear(&program);
}

static bool holds(uint32_t op, uint64_t arg, uint64_t value, uint64_t two)
{
	switch (op) {
	case SCMP_CMP_EQ:
		return arg == value;
	case SCMP_CMP_NE:
		return arg != value;
	case SCMP_CMP_LT:
		return arg < value;
	case SCMP_CMP_LE:
		return arg <= value;
	case SCMP_CMP_GT:
		return arg > value;
	case SCMP_CMP_GE:
		return arg >= value;
	default:
		return (arg & value) == two;
	}
}

static const uint64_t edges[] = {
	0,    1,        6,        7,        8,          HIGH - 1,
	HIGH, HIGH + 6, HIGH + 7, HIGH + 8, HIGH << 31, UINT64_MAX,
};

/* One condition alone, for every operator, on values around the edges of 32
 * bits, against what C says.
 */
ParameterizedTestParameters(seccomp_profile, compares_all_64_bits)
{
	static struct action_case cases[] = {
		{ "EQ", SCMP_CMP_EQ },
		{ "NE", SCMP_CMP_NE },
		{ "LT", SCMP_CMP_LT },
		{ "LE", SCMP_CMP_LE },
		{ "GT", SCMP_CMP_GT },
		{ "GE", SCMP_CMP_GE },
		{ "MASKED_EQ", SCMP_CMP_MASKED_EQ },
	};

	return cr_make_param_array(struct action_case, cases,
				   ARRAY_COUNT(cases));
}

ParameterizedTest(struct action_case *c, seccomp_profile, compares_all_64_bits)
{
	for (size_t i = 0; i < ARRAY_COUNT(edges); i++) {
		uint64_t value = edges[i], two = edges[i] & 0x100000006;
		char text[320];

		(void)snprintf(
			text, sizeof(text),
			PROFILE("ALLOW",
				CALLS("{\"names\": [\"fchmod\"],"
				      " \"action\": \"SCMP_ACT_ERRNO\","
				      " \"args\": [{\"index\": 1,"
				      " \"value\": %lu, \"valueTwo\": %lu,"
				      " \"op\": \"SCMP_CMP_%s\"}]}")),
			value, two, c->name);

		struct seccomp_program program = compile(text, NULL);

		for (size_t j = 0; j < ARRAY_COUNT(edges); j++)
			cr_expect_eq(ask(&program, SYS_fchmod, 0, edges[j]),
				     holds(c->value, edges[j], value, two)
					     ? SECCOMP_RET_ERRNO | EPERM
					     : SECCOMP_RET_ALLOW,
				     "%lx %s %lx, %lx", edges[j], c->name,
				     value, two);
		seccomp_program_clear(&program);
	}
}

Test(seccomp_profile, conditions_on_two_arguments_must_both_hold)
{
	struct seccomp_program program = compile(
		PROFILE("ERRNO",
			CALLS("{\"names\": [\"fchmod\"],"
			      " \"action\": \"SCMP_ACT_ALLOW\", \"args\": ["
			      "{\"index\": 0, \"value\": 1,"
			      " \"op\": \"SCMP_CMP_EQ\"},"
			      "{\"index\": 1, \"value\": 2,"
			      " \"op\": \"SCMP_CMP_EQ\"}]}")),
		NULL);

	cr_expect_eq(ask(&program, SYS_fchmod, 1, 2), SECCOMP_RET_ALLOW);
	cr_expect_neq(ask(&program, SYS_fchmod, 1, 3), SECCOMP_RET_ALLOW);
	cr_expect_neq(ask(&program, SYS_fchmod, 2, 2), SECCOMP_RET_ALLOW);
	seccomp_program_clear(&program);
}

Test(seccomp_profile, conditions_on_one_argument_are_alternatives)
{
	struct seccomp_program program = compile(
		PROFILE("ERRNO",
			CALLS("{\"names\": [\"fchmod\"],"
			      " \"action\": \"SCMP_ACT_ALLOW\", \"args\": ["
			      "{\"index\": 0, \"value\": 1,"
			      " \"op\": \"SCMP_CMP_EQ\"},"
			      "{\"index\": 0, \"value\": 2,"
			      " \"op\": \"SCMP_CMP_EQ\"}]}")),
		NULL);

	cr_expect_eq(ask(&program, SYS_fchmod, 1, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&program, SYS_fchmod, 2, 0), SECCOMP_RET_ALLOW);
	cr_expect_neq(ask(&program, SYS_fchmod, 3, 0), SECCOMP_RET_ALLOW);
	seccomp_program_clear(&program);
}

Test(seccomp_profile, takes_architectures_and_passes_over_unknown_ones)
{
	struct seccomp_program program = compile(
		PROFILE("ERRNO", ", \"architectures\": [\"SCMP_ARCH_X86_64\","
				 "\"SCMP_ARCH_X86\", \"SCMP_ARCH_LOONGARCH64\","
				 "\"SCMP_ARCH_S390X\"]" CALLS(
					 "{\"names\": [\"getpid\"],"
					 " \"action\": \"SCMP_ACT_ALLOW\"}")),
		NULL);
	struct seccomp_data data = { .nr = 20, .arch = AUDIT_ARCH_I386 };

	if (seccomp_arch_native() != SCMP_ARCH_X86_64)
		cr_skip("not x86_64");
	cr_expect_eq(bpf_run(&program, &data), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&program, SYS_getpid, 0, 0), SECCOMP_RET_ALLOW);
	seccomp_program_clear(&program);
}

Test(seccomp_profile, has_the_flags_that_are_given_or_the_usual_one)
{
	struct seccomp_program usual = compile(PROFILE("ALLOW", ""), NULL);
	struct seccomp_program none =
		compile(PROFILE("ALLOW", ", \"flags\": []"), NULL);
	struct seccomp_program some = compile(
		PROFILE("ALLOW", ", \"flags\": [\"SECCOMP_FILTER_FLAG_LOG\","
				 "\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]"),
		NULL);

	cr_expect_eq(usual.flags, SECCOMP_FILTER_FLAG_SPEC_ALLOW);
	cr_expect_eq(none.flags, 0);
	cr_expect_eq(some.flags, SECCOMP_FILTER_FLAG_LOG);
	seccomp_program_clear(&usual);
	seccomp_program_clear(&none);
	seccomp_program_clear(&some);
}

/* Docker's form, as its own profile and podman's are written. */
static const char docker_form[] =
	"{\"defaultAction\": \"SCMP_ACT_ERRNO\","
	"\"defaultErrnoRet\": 38, \"defaultErrno\": \"ENOSYS\","
	"\"archMap\": [{\"architecture\": \"SCMP_ARCH_S390X\","
	"  \"subArchitectures\": [\"SCMP_ARCH_S390\"]},"
	" {\"architecture\": \"SCMP_ARCH_X86_64\","
	"  \"subArchitectures\": [\"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"]}],"
	"\"syscalls\": ["
	"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"args\": null, \"comment\": \"\", \"includes\": {},"
	" \"excludes\": {}},"
	"{\"name\": \"write\", \"action\": \"SCMP_ACT_ALLOW\"},"
	"{\"names\": [\"fchmod\"], \"action\": \"SCMP_ACT_ERRNO\","
	" \"errno\": \"EACCES\"},"
	"{\"names\": [\"mount\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}},"
	"{\"names\": [\"mount\"], \"action\": \"SCMP_ACT_ERRNO\","
	" \"errnoRet\": 1, \"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}},"
	"{\"names\": [\"umount2\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}},"
	"{\"names\": [\"arch_prctl\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"includes\": {\"arches\": [\"amd64\", \"x32\"]}},"
	"{\"names\": [\"sync\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"excludes\": {\"arches\": [\"amd64\"]}},"
	"{\"names\": [\"ptrace\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"includes\": {\"minKernel\": \"4.8\"}},"
	"{\"names\": [\"kcmp\"], \"action\": \"SCMP_ACT_ALLOW\","
	" \"includes\": {\"minKernel\": \"99.0\"}}]}";

Test(seccomp_profile, reads_dockers_form)
{
	uint64_t none = 0, admin = CAP(SYS_ADMIN);
	uint32_t unknown = SECCOMP_RET_ERRNO | ENOSYS;
	struct seccomp_program plain = compile(docker_form, &none);
	struct seccomp_program more = compile(docker_form, &admin);

	cr_expect_eq(ask(&plain, SYS_read, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&plain, SYS_write, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&plain, SYS_fchmod, 0, 0), SECCOMP_RET_ERRNO | EACCES);
	cr_expect_eq(ask(&plain, SYS_mount, 0, 0), SECCOMP_RET_ERRNO | EPERM);
	cr_expect_eq(ask(&more, SYS_mount, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&plain, SYS_umount2, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&more, SYS_umount2, 0, 0), unknown);
	cr_expect_eq(ask(&plain, SYS_ptrace, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&plain, SYS_kcmp, 0, 0), unknown);
	cr_expect_eq(ask(&plain, SYS_getpid, 0, 0), unknown);
#ifdef __x86_64__
	struct seccomp_data i386 = { .nr = 3, .arch = AUDIT_ARCH_I386 };

	cr_expect_eq(ask(&plain, SYS_arch_prctl, 0, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(ask(&plain, SYS_sync, 0, 0), unknown);
	cr_expect_eq(bpf_run(&plain, &i386), SECCOMP_RET_ALLOW);
#endif
	seccomp_program_clear(&plain);
	seccomp_program_clear(&more);
}

Test(seccomp_profile, the_specifications_form_ignores_dockers_words)
{
	struct seccomp_profile profile = { 0 };
	struct error err;

	cr_expect_eq(read_text(PROFILE("ALLOW",
				       CALLS("{\"names\": [\"kcmp\"],"
					     " \"action\": \"SCMP_ACT_KILL\","
					     " \"includes\": 5}")),
			       NULL, &profile, &err),
		     0);
	cr_expect_eq(profile.rule_count, 1);
	seccomp_profile_clear(&profile);
}

struct bad_case {
	char text[240];
	char error[96];
	int code;
};

ParameterizedTestParameters(seccomp_profile, refuses)
{
	static struct bad_case cases[] = {
		{ "{}", "/defaultAction: missing", EINVAL },
		{ "{\"defaultAction\": \"ALLOW\"}",
		  "/defaultAction: unknown action \"ALLOW\"", EINVAL },
		{ PROFILE("KILL", ", \"defaultErrnoRet\": 1"),
		  "/: an errno with an action that returns none", EINVAL },
		{ PROFILE("ERRNO", ", \"defaultErrnoRet\": 4096"),
		  "/defaultErrnoRet: 4096 is out of range, 0 to 4095", EINVAL },
		{ PROFILE("ALLOW", ", \"architectures\": [\"x86\"]"),
		  "/architectures/0: unknown architecture \"x86\"", EINVAL },
		{ PROFILE("ALLOW", ", \"flags\": [\"LOG\"]"),
		  "/flags/0: unknown flag \"LOG\"", EINVAL },
		{ PROFILE("ALLOW", ", \"listenerMetadata\": \"a\""),
		  "/: listenerMetadata without listenerPath", EINVAL },
		{ PROFILE("ALLOW", ", \"listenerPath\": \"a.sock\""),
		  "/listenerPath: \"a.sock\" is no absolute path", EINVAL },
		{ PROFILE("ALLOW", CALLS("{\"names\": [\"a\"]}")),
		  "/syscalls/0/action: missing", EINVAL },
		{ PROFILE("ALLOW", CALLS("{\"action\": \"SCMP_ACT_KILL\"}")),
		  "/syscalls/0: no names", EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"errnoRet\": 1}")),
		  "/syscalls/0: an errno with an action that returns none",
		  EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"args\": [{\"index\": 6, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]}")),
		  "/syscalls/0/args/0: index 6, a call has arguments 0 to 5",
		  EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"args\": [{\"index\": 0, \"op\": \"SCMP_CMP_EQ\"}]}")),
		  "/syscalls/0/args/0/value: missing", EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"args\": [{\"index\": 0, \"value\": 1, \"op\": \"EQ\"}]}")),
		  "/syscalls/0/args/0/op: unknown operator \"EQ\"", EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_ERRNO\", \"errno\": \"EWHAT\"}")),
		  "/syscalls/0/errno: unknown errno \"EWHAT\"", EINVAL },
		{ PROFILE("ALLOW",
			  CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"includes\": {\"minKernel\": \"new\"}}")),
		  "/syscalls/0/includes/minKernel: \"new\" is no kernel version, such as 4.8",
		  EINVAL },
	};

	return cr_make_param_array(struct bad_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct bad_case *c, seccomp_profile, refuses)
{
	struct seccomp_profile profile = { 0 };
	uint64_t capabilities = 0;
	struct error err;

	cr_expect_eq(read_text(c->text, &capabilities, &profile, &err),
		     -c->code, "%s", c->text);
	cr_expect_str_eq(err.text, c->error);
	seccomp_profile_clear(&profile);
}

/* Flags of the program made of a profile with SECCOMP_FILTER_FLAG_TSYNC and
 * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV.
 */
static unsigned long flags_with(const char *default_action,
				const char *call_action)
{
	auto_free char *text = xasprintf(
		"{\"defaultAction\": \"SCMP_ACT_%s\", \"flags\": [\"SECCOMP_FILTER_FLAG_TSYNC\", \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"],"
		" \"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_%s\"}]}",
		default_action, call_action);
	struct seccomp_profile profile = { 0 };
	struct seccomp_program program = { 0 };
	unsigned long flags;
	struct error err;

	cr_assert_eq(read_text(text, NULL, &profile, &err), 0, "%s", err.text);
	cr_assert_eq(seccomp_compile(&profile, 0, &program, &err), 0, "%s",
		     err.text);
	flags = program.flags;
	seccomp_program_clear(&program);
	seccomp_profile_clear(&profile);
	return flags;
}

Test(seccomp_profile, has_a_listener_where_one_is_notified)
{
	const unsigned long listener = SECCOMP_FILTER_FLAG_NEW_LISTENER |
				       SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

	cr_expect_eq(flags_with("ALLOW", "NOTIFY"), listener);
	cr_expect_eq(flags_with("NOTIFY", "ALLOW"), listener);
	cr_expect_eq(flags_with("ALLOW", "LOG"), SECCOMP_FILTER_FLAG_TSYNC);
}

Test(seccomp_profile, unknown_names_can_be_an_error)
{
	struct seccomp_profile profile = { 0 };
	struct seccomp_program program = { 0 };
	struct error err;

	cr_assert_eq(
		read_text(
			PROFILE("ALLOW",
				CALLS("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_LOG\"}")),
			NULL, &profile, &err),
		0);
	cr_expect_eq(seccomp_compile(&profile, 0, &program, &err), 0);
	seccomp_program_clear(&program);
	profile.fail_unknown = true;
	cr_expect_eq(seccomp_compile(&profile, 0, &program, &err), -EINVAL);
	cr_expect_str_eq(
		err.text,
		"seccomp: unknown system call a, which run.oci.seccomp_fail_unknown_syscall forbids");
	seccomp_profile_clear(&profile);
}

Test(seccomp_profile, names_the_file_that_is_wrong)
{
	char path[] = "/tmp/seccomp-test-XXXXXX";
	auto_close int fd = mkstemp(path);
	struct seccomp_profile profile = { 0 };
	struct error err;
	char expected[128];

	cr_assert_eq(write(fd, "{}\n", 3), 3);
	(void)snprintf(expected, sizeof(expected),
		       "seccomp profile %s: /defaultAction: missing", path);
	cr_expect_eq(seccomp_read_file(path, 0, &profile, &err), -EINVAL);
	cr_expect_str_eq(err.text, expected);
	seccomp_profile_clear(&profile);
	(void)unlink(path);
	cr_expect_eq(seccomp_read_file(path, 0, &profile, &err), -ENOENT);
}
