// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "oci/capability.h"
#include "oci/seccomp.h"
#include "tests/unit/seccomp_bpf.h"

#define HIGH      UINT64_C(0x100000000)
#define CAP(name) (UINT64_C(1) << CAP_##name)
#define ALLOWED   0

static struct seccomp_program compile_for(uint64_t capabilities)
{
	struct seccomp_profile profile = { .kind = SECCOMP_DEFAULT };
	struct seccomp_program program = { 0 };
	struct error err;

	cr_assert_eq(seccomp_compile(&profile, capabilities, &program, &err),
		     0);
	return program;
}

/* The errno that a call fails with, ALLOWED when it doesn't. */
static int answer(const struct seccomp_program *program,
		  const struct seccomp_data *data)
{
	uint32_t value = bpf_run(program, data);

	if (value == SECCOMP_RET_ALLOW)
		return ALLOWED;
	cr_assert_eq(value & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO, "0x%x",
		     value);
	cr_assert_lt(value & SECCOMP_RET_DATA, 4096);
	return (int)(value & SECCOMP_RET_DATA);
}

/* One call with what it gets from the default capabilities, and the
 * capability that changes that to "allowed".
 */
struct call_case {
	char name[24];
	uint64_t args[3];
	int expected;
	int opened_by; /* CAP_*; -1: none */
};

ParameterizedTestParameters(seccomp_default, answers)
{
	static struct call_case cases[] = {
		{ "read", { 0 }, ALLOWED, -1 },
		{ "getpid", { 0 }, ALLOWED, -1 },
		{ "execve", { 0 }, ALLOWED, -1 },
		{ "openat2", { 0 }, ALLOWED, -1 },
		{ "statx", { 0 }, ALLOWED, -1 },
		{ "rseq", { 0 }, ALLOWED, -1 },
		{ "futex_waitv", { 0 }, ALLOWED, -1 },
		{ "ptrace", { 0 }, ALLOWED, -1 },
		{ "name_to_handle_at", { 0 }, ALLOWED, -1 },
		{ "landlock_restrict_self", { 0 }, ALLOWED, -1 },
		{ "chroot", { 0 }, ALLOWED, -1 },

		{ "mount", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "umount2", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "pivot_root", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "setns", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "fsopen", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "open_tree", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "move_mount", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "mount_setattr", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "sethostname", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "setdomainname", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "quotactl", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "clone3", { 0 }, ENOSYS, CAP_SYS_ADMIN },
		{ "bpf", { 0 }, EPERM, CAP_BPF },
		{ "bpf", { 0 }, EPERM, CAP_SYS_ADMIN },
		{ "perf_event_open", { 0 }, EPERM, CAP_PERFMON },
		{ "syslog", { 0 }, EPERM, CAP_SYSLOG },
		{ "open_by_handle_at", { 0 }, EPERM, CAP_DAC_READ_SEARCH },
		{ "pidfd_getfd", { 0 }, EPERM, CAP_SYS_PTRACE },
		{ "kcmp", { 0 }, EPERM, CAP_SYS_PTRACE },
		{ "mbind", { 0 }, EPERM, CAP_SYS_NICE },
		{ "move_pages", { 0 }, EPERM, CAP_SYS_NICE },
		{ "init_module", { 0 }, EPERM, CAP_SYS_MODULE },
		{ "acct", { 0 }, EPERM, CAP_SYS_PACCT },
		{ "iopl", { 0 }, EPERM, CAP_SYS_RAWIO },
		{ "ioperm", { 0 }, EPERM, CAP_SYS_RAWIO },
		{ "clock_settime", { 0 }, EPERM, CAP_SYS_TIME },
		{ "settimeofday", { 0 }, EPERM, CAP_SYS_TIME },
		{ "vhangup", { 0 }, EPERM, CAP_SYS_TTY_CONFIG },

		{ "io_uring_setup", { 0 }, EPERM, -1 },
		{ "io_uring_enter", { 0 }, EPERM, -1 },
		{ "io_uring_register", { 0 }, EPERM, -1 },
		{ "keyctl", { 0 }, EPERM, -1 },
		{ "add_key", { 0 }, EPERM, -1 },
		{ "request_key", { 0 }, EPERM, -1 },
		{ "userfaultfd", { 0 }, EPERM, -1 },
		{ "kexec_load", { 0 }, EPERM, -1 },
		{ "kexec_file_load", { 0 }, EPERM, -1 },
		{ "swapon", { 0 }, EPERM, -1 },
		{ "nfsservctl", { 0 }, EPERM, -1 },

		{ "clone", { 0x11 }, ALLOWED, -1 },
		{ "clone", { 0x003d0f00 }, ALLOWED, -1 }, /* a thread */
		{ "clone", { 0x10000000 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x10000000 | HIGH }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x00020011 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x02000011 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x04000011 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x08000011 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x20000011 }, EPERM, CAP_SYS_ADMIN },
		{ "clone", { 0x40000011 }, EPERM, CAP_SYS_ADMIN },
		{ "unshare", { 0x00000600 }, ALLOWED, -1 },
		{ "unshare", { 0x10000000 }, EPERM, CAP_SYS_ADMIN },
		{ "unshare", { 0x00000080 }, EPERM, CAP_SYS_ADMIN },
		{ "unshare", { 0x00020000 | HIGH }, EPERM, CAP_SYS_ADMIN },

		{ "socket", { 1, 1 }, ALLOWED, -1 },
		{ "socket", { 2, 1 }, ALLOWED, -1 },
		{ "socket", { 10, 2, 17 }, ALLOWED, -1 },
		{ "socket", { 1 | HIGH, 1 }, EPERM, -1 },
		{ "socket", { 16, 3, 0 }, ALLOWED, -1 },
		{ "socket", { 16, 3, 4 }, ALLOWED, -1 },
		{ "socket", { 16, 3, 15 }, ALLOWED, -1 },
		{ "socket", { 16, 3, 6 }, EPERM, -1 },
		{ "socket", { 16, 3, 21 }, EPERM, -1 },
		{ "socket", { 16, 3, 9 }, EINVAL, -1 },
		{ "socket", { 16, 3, 9 | HIGH }, EPERM, -1 },
		{ "socket", { 16, 3, 6 | HIGH }, EPERM, -1 },
		{ "socket", { 16, 3, 0 | HIGH }, EPERM, -1 },
		{ "socket", { 16 | HIGH, 3, 9 }, EPERM, -1 },
		{ "socket", { 17, 3, 768 }, EPERM, CAP_NET_RAW },
		{ "socket", { 17 | HIGH, 3, 768 }, EPERM, -1 },
		{ "socket", { 0 }, EPERM, -1 },
		{ "socket", { 15, 3 }, EPERM, -1 },
		{ "socket", { 33, 2 }, EPERM, -1 },
		{ "socket", { 38, 5 }, EPERM, -1 },
		{ "socket", { 38 | HIGH, 5 }, EPERM, -1 },
		{ "socket", { 40, 1 }, EPERM, -1 },
		{ "socket", { 40 | HIGH, 1 }, EPERM, -1 },
		{ "socket", { 40 | HIGH << 31, 1 }, EPERM, -1 },
		{ "socket", { 44, 3 }, EPERM, -1 },
		{ "socket", { UINT64_MAX }, EPERM, -1 },
		{ "socket", { 0xffffffff }, EPERM, -1 },
		{ "socketpair", { 1, 1 }, ALLOWED, -1 },
		{ "socketpair", { 30, 1 }, EPERM, -1 },
		{ "socketpair", { 30 | HIGH, 1 }, EPERM, -1 },

		{ "personality", { 0 }, ALLOWED, -1 },
		{ "personality", { 8 }, ALLOWED, -1 },
		{ "personality", { 0x20000 }, ALLOWED, -1 },
		{ "personality", { 0x20008 }, ALLOWED, -1 },
		{ "personality", { 0xffffffff }, ALLOWED, -1 },
		{ "personality", { 0x0040000 }, EPERM, -1 },
		{ "personality", { 0x0040000 | HIGH }, EPERM, -1 },

		{ "ioctl", { 0, 0x5401 }, ALLOWED, -1 },
		{ "ioctl", { 0, 0x5412 }, EPERM, -1 },
		{ "ioctl", { 0, 0x5412 | HIGH }, EPERM, -1 },
		{ "ioctl", { 0, 0x5412 | HIGH << 31 }, EPERM, -1 },
		{ "ioctl", { 0, 0x541c }, EPERM, -1 },
		{ "ioctl", { 0, 0x541c | HIGH }, EPERM, -1 },
	};

	return cr_make_param_array(struct call_case, cases, ARRAY_COUNT(cases));
}

ParameterizedTest(struct call_case *c, seccomp_default, answers)
{
	int number = seccomp_syscall_resolve_name(c->name);
	struct seccomp_data data = {
		.nr = number,
		.arch = seccomp_arch_native(),
		.args = { c->args[0], c->args[1], c->args[2] },
	};
	uint64_t usual = capability_default_set();

	if (number < 0)
		cr_skip("this CPU has no %s", c->name);
	for (int i = 0; i <= CAP_LAST_CAP; i++) {
		struct seccomp_program program =
			compile_for(usual | UINT64_C(1) << i);
		bool opens = i == c->opened_by ||
			     (c->opened_by >= 0 && i == CAP_SYS_ADMIN &&
			      (c->opened_by == CAP_BPF ||
			       c->opened_by == CAP_PERFMON)) ||
			     (i == CAP_BPF && !strcmp(c->name, "bpf"));

		cr_expect_eq(answer(&program, &data),
			     opens ? ALLOWED : c->expected,
			     "%s(0x%lx, 0x%lx, 0x%lx) with capability %d",
			     c->name, c->args[0], c->args[1], c->args[2], i);
		seccomp_program_clear(&program);
	}
}

Test(seccomp_default, refuses_chroot_without_the_capability)
{
	struct seccomp_program program = compile_for(0);
	struct seccomp_data data = {
		.nr = SYS_chroot,
		.arch = seccomp_arch_native(),
	};

	cr_expect_eq(answer(&program, &data), EPERM);
	seccomp_program_clear(&program);
}

Test(seccomp_default, leaves_no_gate_unsettled)
{
	struct seccomp_program program = compile_for(CAP(SYS_PTRACE));

	for (size_t i = 0; i < program.length; i++)
		if (BPF_CLASS(program.code[i].code) == BPF_RET)
			cr_expect_lt(program.code[i].k & SECCOMP_RET_DATA,
				     4096);
	seccomp_program_clear(&program);
}

Test(seccomp_default, says_enosys_to_new_numbers_and_other_architectures)
{
	struct seccomp_program program = compile_for(UINT64_MAX);
	const struct seccomp_data cases[] = {
		{ .nr = 470, .arch = seccomp_arch_native() },
		{ .nr = 1000, .arch = seccomp_arch_native() },
		{ .nr = -1, .arch = seccomp_arch_native() },
		/* read, getpid and execve of x32 */
		{ .nr = 0x40000000, .arch = seccomp_arch_native() },
		{ .nr = 0x40000027, .arch = seccomp_arch_native() },
		{ .nr = 0x40000208, .arch = seccomp_arch_native() },
		{ .nr = 20, .arch = AUDIT_ARCH_I386 },
		{ .nr = 102, .arch = AUDIT_ARCH_I386 }, /* socketcall */
		{ .nr = 0, .arch = 0 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		cr_expect_eq(answer(&program, &cases[i]), ENOSYS, "%d",
			     cases[i].nr);
	seccomp_program_clear(&program);
}

Test(seccomp_default, knows_calls_that_are_newer_than_libseccomp)
{
	struct seccomp_program program = compile_for(0);
	struct seccomp_data data = { .arch = seccomp_arch_native() };

	data.nr = 452; /* fchmodat2 */
	cr_expect_eq(answer(&program, &data), ALLOWED);
	data.nr = 462; /* mseal */
	cr_expect_eq(answer(&program, &data), ALLOWED);
	data.nr = 457; /* statmount */
	cr_expect_eq(answer(&program, &data), ENOSYS);
	seccomp_program_clear(&program);
}

/* Loads @program and makes calls; the number of the first wrong one. */
static int try_calls(const struct seccomp_program *program)
{
	struct sock_fprog filter = {
		.len = program->length,
		.filter = program->code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 1;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, program->flags,
		    &filter) < 0)
		return 2;
	if (getpid() <= 0)
		return 3;
	if (syscall(SYS_socket, 38, 5, 0) != -1 || errno != EPERM)
		return 4;
	if (syscall(SYS_socket, HIGH | 38, 5, 0) != -1 || errno != EPERM)
		return 5;
	if (syscall(5000) != -1 || errno != ENOSYS)
		return 6;
	if (syscall(SYS_keyctl, 0, -3, 0) != -1 || errno != EPERM)
		return 7;
	if (syscall(SYS_ioctl, 0, HIGH | 0x5412, "x") != -1 || errno != EPERM)
		return 8;
	if (syscall(SYS_socket, 1, 1, 0) < 0)
		return 9;
	return 0;
}

Test(seccomp_default, is_taken_and_obeyed_by_the_kernel)
{
	struct seccomp_program program = compile_for(capability_default_set());
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(try_calls(&program));
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status), "status 0x%x", status);
	cr_expect_eq(WEXITSTATUS(status), 0, "call %d", WEXITSTATUS(status));
	seccomp_program_clear(&program);
}

Test(seccomp_default, unconfined_is_no_program)
{
	struct seccomp_profile profile = { .kind = SECCOMP_UNCONFINED };
	struct seccomp_program program = { 0 };
	struct error err;

	cr_assert_eq(seccomp_compile(&profile, 0, &program, &err), 0);
	cr_expect_null(program.code);
	cr_expect_eq(program.length, 0);
}
