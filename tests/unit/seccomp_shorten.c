// SPDX-License-Identifier: Apache-2.0
#include "oci/seccomp_shorten.h"

#include <criterion/criterion.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tests/unit/seccomp_bpf.h"

enum { X32 = 0x40000000, CALLS = 470 };

/* The same sequence in each run. */
static unsigned int next_random(unsigned int *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 16;
}

static struct seccomp_program export(scmp_filter_ctx context)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct seccomp_program program = { 0 };
	struct stat st;

	cr_assert_eq(seccomp_export_bpf(context, fd), 0);
	cr_assert_eq(fstat(fd, &st), 0);
	program.length =
		(unsigned short)((size_t)st.st_size / sizeof(*program.code));
	program.code = xcalloc(program.length, sizeof(*program.code));
	cr_assert_eq(pread(fd, program.code, (size_t)st.st_size, 0),
		     st.st_size);
	close(fd);
	return program;
}

static struct seccomp_program copy(const struct seccomp_program *from)
{
	struct seccomp_program to = *from;

	to.code = xcalloc(from->length, sizeof(*to.code));
	memcpy(to.code, from->code, from->length * sizeof(*to.code));
	return to;
}

static void expect_same(const struct seccomp_program *a,
			const struct seccomp_program *b,
			const struct seccomp_data *data)
{
	uint32_t left = bpf_run(a, data), right = bpf_run(b, data);

	cr_assert_eq(left, right,
		     "arch 0x%x, call %d, arguments 0x%llx: 0x%x, not 0x%x",
		     data->arch, data->nr, (unsigned long long)data->args[0],
		     right, left);
}

/* Ask both for every call there is, and around the ends. */
static void expect_equal(const struct seccomp_program *a,
			 const struct seccomp_program *b)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
					  AUDIT_ARCH_AARCH64, 0, UINT32_MAX };
	static const uint32_t bases[] = { 0, X32 - CALLS, X32, UINT32_MAX };
	static const uint64_t values[] = {
		0, 1, 3, 4, 8, UINT64_C(0x100000001), UINT64_MAX,
	};
	struct seccomp_data data = { 0 };

	for (size_t arch = 0; arch < ARRAY_COUNT(archs); arch++)
		for (size_t base = 0; base < ARRAY_COUNT(bases); base++)
			for (uint32_t call = 0; call < CALLS + 20; call++)
				for (size_t i = 0; i < ARRAY_COUNT(values);
				     i++) {
					data.arch = archs[arch];
					data.nr = (int)(bases[base] + call);
					for (size_t arg = 0; arg < 6; arg++)
						data.args[arg] =
							values[(i + arg) %
							       ARRAY_COUNT(
								       values)];
					expect_same(a, b, &data);
				}
}

static void add_compared(scmp_filter_ctx context, int call, unsigned int *seed)
{
	static const enum scmp_compare ops[] = {
		SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,        SCMP_CMP_EQ,
		SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ,
	};
	struct scmp_arg_cmp args[2];

	for (unsigned int i = 0; i < ARRAY_COUNT(args); i++)
		args[i] = (struct scmp_arg_cmp){
			.arg = i,
			.op = ops[next_random(seed) % ARRAY_COUNT(ops)],
			.datum_a = next_random(seed) % 9,
			.datum_b = next_random(seed) % 9,
		};
	(void)seccomp_rule_add_array(context, SCMP_ACT_ALLOW, call,
				     1 + next_random(seed) % 2, args);
}

/* @refused: of a hundred calls; @compared: of a hundred that aren't */
static scmp_filter_ctx make(unsigned int seed, unsigned int refused,
			    unsigned int compared, bool optimize)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

	if (optimize)
		(void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	(void)seccomp_arch_add(context, SCMP_ARCH_X86_64);
	(void)seccomp_arch_add(context, SCMP_ARCH_X86);
	(void)seccomp_arch_add(context, SCMP_ARCH_X32);
	for (int call = 0; call < CALLS; call++) {
		if (next_random(&seed) % 100 < refused)
			(void)seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM),
					       call, 0);
		else if (next_random(&seed) % 100 < compared)
			add_compared(context, call, &seed);
		else
			(void)seccomp_rule_add(context, SCMP_ACT_ALLOW, call,
					       0);
	}
	return context;
}

/* @percent: of the old length that the new one may have */
static void check(scmp_filter_ctx context, size_t percent)
{
	struct seccomp_program old = export(context), new = copy(&old);

	seccomp_shorten(&new);
	cr_expect_leq((size_t) new.length * 100, old.length * percent,
		      "%u of %u", new.length, old.length);
	expect_equal(&old, &new);
	seccomp_program_clear(&old);
	seccomp_program_clear(&new);
	seccomp_release(context);
}

Test(seccomp_shorten, a_usual_profile_gets_much_shorter)
{
	check(make(1, 8, 2, true), 60);
}

Test(seccomp_shorten, so_does_one_that_is_searched_from_end_to_end)
{
	check(make(1, 8, 2, false), 60);
}

Test(seccomp_shorten, says_the_same_when_every_answer_changes)
{
	check(make(2, 50, 0, true), 100);
}

Test(seccomp_shorten, says_the_same_where_arguments_decide)
{
	for (unsigned int seed = 3; seed < 6; seed++)
		check(make(seed, 20, 40, seed % 2), 100);
}

Test(seccomp_shorten, one_answer_to_everything_is_one_instruction)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct seccomp_program program = { code, ARRAY_COUNT(code), 0 };

	seccomp_shorten(&program);
	cr_expect_eq(program.length, 1);
	cr_expect_eq(code[0].code, BPF_RET | BPF_K);
	cr_expect_eq(code[0].k, SECCOMP_RET_ALLOW);
}

/* What is remembered across the place where the arguments begin. */
Test(seccomp_shorten, leaves_what_it_does_not_follow)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_filter before[ARRAY_COUNT(code)];
	struct seccomp_program program = { code, ARRAY_COUNT(code), 0 };

	memcpy(before, code, sizeof(code));
	seccomp_shorten(&program);
	cr_expect_eq(program.length, ARRAY_COUNT(code));
	cr_expect_eq(memcmp(before, code, sizeof(code)), 0);
}

Test(seccomp_shorten, follows_arguments_that_are_remembered_to_no_end)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_STMT(BPF_ST, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20),
		BPF_STMT(BPF_LD | BPF_MEM, 3),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct seccomp_program program = { code, ARRAY_COUNT(code), 0 };

	seccomp_shorten(&program);
	cr_expect_eq(program.length, ARRAY_COUNT(code));
}
