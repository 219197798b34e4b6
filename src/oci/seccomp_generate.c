// SPDX-License-Identifier: Apache-2.0
/* Turns seccomp_table.h into BPF, as C, when holt is built: compiling it for
 * each container would cost more than all the rest of its start.
 *
 *	seccomp_generate CPU	writes seccomp_default.c to stdout
 *
 * The program is a binary search over ranges of call numbers that share a row:
 * some seven comparisons for any call, and constant answers that the kernel
 * keeps in its bitmap (Linux 5.11). Rows that look at arguments end in a
 * stretch of code of their own, behind the search tree.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/seccomp_code.h"
#include "oci/seccomp_default.h"
#include "oci/seccomp_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	CALLS_MAX = 1024, /* room for call numbers */
	ROW_REFUSED = -1, /* known, in no row */
	ROW_UNKNOWN = -2, /* newer than the table */
	GATES_MAX = 64,
	RANGES_MAX = CALLS_MAX + 1,
};

/* Little-endian ones, whose clone takes its flags first. */
static const struct cpu {
	const char *name; /* as meson says it */
	uint32_t arch;
} cpus[] = {
	{ "x86_64", SCMP_ARCH_X86_64 },
	{ "aarch64", SCMP_ARCH_AARCH64 },
	{ "riscv64", SCMP_ARCH_RISCV64 },
};

struct generator {
	uint32_t arch;
	int rows[CALLS_MAX]; /* by call number: index of call_rows, ROW_* */
	int newest;          /* highest number in the table */

	struct seccomp_range ranges[RANGES_MAX]; /* leaves: ROW_* and rows */
	size_t range_count;

	struct seccomp_code code;
	struct {
		size_t at; /* a jump to the code of a row */
		int row;
	} jumps[RANGES_MAX];
	size_t jump_count;

	struct seccomp_gate gates[GATES_MAX];
	size_t gate_count;
};

static void fail(const char *what, const char *which)
{
	(void)fprintf(stderr, "seccomp_generate: %s: %s\n", what, which);
	exit(1);
}

/* Number of a call, negative when this CPU has no such call. */
static int call_number(const struct generator *gen, const char *name)
{
	for (size_t i = 0; i < COUNT(new_calls); i++)
		if (!strcmp(new_calls[i].name, name))
			return new_calls[i].number;

	int number = seccomp_syscall_resolve_name_arch(gen->arch, name);

	if (number == __NR_SCMP_ERROR)
		fail("no such system call", name);
	return number;
}

static void place_call(struct generator *gen, const char *name, int row)
{
	int number = call_number(gen, name);

	if (number < 0)
		return;
	if (number >= CALLS_MAX)
		fail("number too high", name);
	if (gen->rows[number] != ROW_REFUSED)
		fail("in two rows", name);
	gen->rows[number] = row;
	if (number > gen->newest)
		gen->newest = number;
}

static void place_row(struct generator *gen, int row)
{
	const char *at = call_rows[row].calls;
	char name[64];

	while (*at) {
		size_t length = strcspn(at, " ");

		if (length >= sizeof(name) || at[length] != ' ')
			fail("bad list of names", call_rows[row].calls);
		memcpy(name, at, length);
		name[length] = '\0';
		place_call(gen, name, row);
		at += length + 1;
	}
}

/* Neither a check nor a capability: all such rows are one to the search. */
static bool is_free(int row)
{
	return row >= 0 && !call_rows[row].capabilities &&
	       call_rows[row].check == CHECK_NOTHING;
}

static bool same_answer(int a, int b)
{
	return a == b || (is_free(a) && is_free(b));
}

static void add_range(struct generator *gen, int first, int row)
{
	gen->ranges[gen->range_count++] = (struct seccomp_range){
		.first = (uint32_t)first,
		.leaf = row,
	};
}

static void make_ranges(struct generator *gen)
{
	for (int i = 0; i < CALLS_MAX; i++)
		gen->rows[i] = ROW_REFUSED;
	for (size_t i = 0; i < COUNT(call_rows); i++)
		place_row(gen, (int)i);

	add_range(gen, 0, gen->rows[0]);
	for (int i = 1; i <= gen->newest; i++)
		if (!same_answer(gen->rows[i - 1], gen->rows[i]))
			add_range(gen, i, gen->rows[i]);
	/* x32 is up there too: its numbers have bit 30 set. */
	add_range(gen, gen->newest + 1, ROW_UNKNOWN);
}

/* Skip the next instruction unless the accumulator compares so with @value. */
static void emit_unless_skip(struct generator *gen, int compare, uint32_t value)
{
	seccomp_emit(&gen->code, (struct sock_filter)BPF_JUMP(
					 (uint16_t)(BPF_JMP | compare | BPF_K),
					 value, 0, 1));
}

static void emit_load_low(struct generator *gen, int argument)
{
	seccomp_emit_load(&gen->code,
			  offsetof(struct seccomp_data, args) +
				  (size_t)argument * sizeof(uint64_t));
}

static void emit_load_high(struct generator *gen, int argument)
{
	seccomp_emit_load(&gen->code,
			  offsetof(struct seccomp_data, args) +
				  (size_t)argument * sizeof(uint64_t) +
				  sizeof(uint32_t));
}

static void emit_if_listed(struct generator *gen, const uint32_t *values,
			   size_t count, uint32_t answer)
{
	for (size_t i = 0; i < count; i++) {
		emit_unless_skip(gen, BPF_JEQ, values[i]);
		seccomp_emit_return(&gen->code, answer);
	}
}

/* Return @answer when a bit above the low 32 is set, where the kernel doesn't
 * look.
 */
static void emit_if_high(struct generator *gen, int argument, uint32_t answer)
{
	emit_load_high(gen, argument);
	emit_unless_skip(gen, BPF_JSET, 0xffffffff);
	seccomp_emit_return(&gen->code, answer);
}

static uint32_t refusal_of(int row)
{
	int code = call_rows[row].refusal ? call_rows[row].refusal : EPERM;

	return SECCOMP_RET_ERRNO | (uint32_t)code;
}

/* What who holds one of @capabilities gets, and the others. */
static uint32_t gate(struct generator *gen, uint64_t capabilities,
		     uint32_t refusal)
{
	size_t i = 0;

	if (!capabilities)
		return refusal;
	while (i < gen->gate_count &&
	       (gen->gates[i].capabilities != capabilities ||
		gen->gates[i].refusal != refusal))
		i++;
	if (i == GATES_MAX)
		fail("too many gates", "default profile");
	if (i == gen->gate_count)
		gen->gate_count++;
	gen->gates[i] = (struct seccomp_gate){
		.capabilities = capabilities,
		.refusal = refusal,
	};
	return SECCOMP_GATE(i);
}

/* socket(family, type, protocol) */
static void emit_socket(struct generator *gen, uint32_t refusal)
{
	uint32_t packet = gate(gen, HOLDS(NET_RAW), refusal);
	uint32_t absent = SECCOMP_RET_ERRNO | NETLINK_ABSENT_ERRNO;

	emit_if_high(gen, 0, refusal);
	emit_load_low(gen, 0);
	emit_if_listed(gen, socket_families, COUNT(socket_families),
		       SECCOMP_RET_ALLOW);
	emit_unless_skip(gen, BPF_JEQ, AF_PACKET);
	seccomp_emit_return(&gen->code, packet);
	seccomp_emit(&gen->code,
		     (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						  AF_NETLINK, 1, 0));
	seccomp_emit_return(&gen->code, refusal);

	emit_if_high(gen, 2, refusal);
	emit_load_low(gen, 2);
	emit_if_listed(gen, netlink_protocols, COUNT(netlink_protocols),
		       SECCOMP_RET_ALLOW);
	emit_unless_skip(gen, BPF_JEQ, NETLINK_ABSENT);
	seccomp_emit_return(&gen->code, absent);
	seccomp_emit_return(&gen->code, refusal);
}

static void emit_socketpair(struct generator *gen, uint32_t refusal)
{
	emit_if_high(gen, 0, refusal);
	emit_load_low(gen, 0);
	emit_unless_skip(gen, BPF_JEQ, AF_UNIX);
	seccomp_emit_return(&gen->code, SECCOMP_RET_ALLOW);
	seccomp_emit_return(&gen->code, refusal);
}

/* The kernel takes 32 bits of it, and so do we: "tell me" is also -1. */
static void emit_personality(struct generator *gen, uint32_t refusal)
{
	emit_load_low(gen, 0);
	emit_if_listed(gen, personalities, COUNT(personalities),
		       SECCOMP_RET_ALLOW);
	seccomp_emit_return(&gen->code, refusal);
}

static void emit_ioctl(struct generator *gen, uint32_t refusal)
{
	emit_load_low(gen, 1);
	emit_if_listed(gen, refused_ioctls, COUNT(refused_ioctls), refusal);
	seccomp_emit_return(&gen->code, SECCOMP_RET_ALLOW);
}

static void emit_no_flags(struct generator *gen, uint32_t flags,
			  uint32_t refusal)
{
	emit_load_low(gen, 0);
	emit_unless_skip(gen, BPF_JSET, flags);
	seccomp_emit_return(&gen->code, refusal);
	seccomp_emit_return(&gen->code, SECCOMP_RET_ALLOW);
}

static void emit_check(struct generator *gen, int row)
{
	uint32_t refusal =
		gate(gen, call_rows[row].capabilities, refusal_of(row));

	switch (call_rows[row].check) {
	case CHECK_SOCKET:
		emit_socket(gen, refusal);
		break;
	case CHECK_SOCKETPAIR:
		emit_socketpair(gen, refusal);
		break;
	case CHECK_PERSONALITY:
		emit_personality(gen, refusal);
		break;
	case CHECK_IOCTL:
		emit_ioctl(gen, refusal);
		break;
	case CHECK_CLONE:
		emit_no_flags(gen, CLONE_NEW_ANY, refusal);
		break;
	case CHECK_UNSHARE:
		emit_no_flags(gen, CLONE_NEW_ANY | CLONE_NEWTIME_BIT, refusal);
		break;
	case CHECK_NOTHING:
		abort();
	}
}

/* The end of a search. */
static void emit_leaf(void *argument, int row)
{
	struct generator *gen = argument;

	if (row == ROW_REFUSED) {
		seccomp_emit_return(&gen->code, SECCOMP_RET_ERRNO | EPERM);
	} else if (row == ROW_UNKNOWN) {
		seccomp_emit_return(&gen->code, SECCOMP_RET_ERRNO | ENOSYS);
	} else if (call_rows[row].check != CHECK_NOTHING) {
		gen->jumps[gen->jump_count].at = gen->code.length;
		gen->jumps[gen->jump_count++].row = row;
		seccomp_emit(&gen->code,
			     (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	} else if (call_rows[row].capabilities) {
		seccomp_emit_return(&gen->code,
				    gate(gen, call_rows[row].capabilities,
					 refusal_of(row)));
	} else {
		seccomp_emit_return(&gen->code, SECCOMP_RET_ALLOW);
	}
}

static void emit_program(struct generator *gen)
{
	seccomp_emit_load(&gen->code, offsetof(struct seccomp_data, arch));
	seccomp_emit(&gen->code,
		     (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						  gen->arch, 1, 0));
	seccomp_emit_return(&gen->code, SECCOMP_RET_ERRNO | ENOSYS);
	seccomp_emit_load(&gen->code, offsetof(struct seccomp_data, nr));
	seccomp_emit_search(&gen->code, gen->ranges, gen->range_count,
			    emit_leaf, gen);
	for (size_t i = 0; i < gen->jump_count; i++) {
		size_t at = gen->jumps[i].at;

		gen->code.items[at].k = (uint32_t)(gen->code.length - at - 1);
		emit_check(gen, gen->jumps[i].row);
	}
	if (gen->code.is_full)
		fail("program too long", "default profile");
}

static void print_program(const struct generator *gen)
{
	puts("// SPDX-License-Identifier: Apache-2.0\n"
	     "/* Made by seccomp_generate from seccomp_table.h. */\n"
	     "#include \"oci/seccomp_default.h\"\n\n"
	     "const struct sock_filter seccomp_default_code[] = {");
	for (size_t i = 0; i < gen->code.length; i++)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n",
		       gen->code.items[i].code, gen->code.items[i].jt,
		       gen->code.items[i].jf, gen->code.items[i].k);
	printf("};\n\nconst size_t seccomp_default_length = %zu;\n\n"
	       "const struct seccomp_gate seccomp_default_gates[] = {\n",
	       gen->code.length);
	for (size_t i = 0; i < gen->gate_count; i++)
		printf("\t{ 0x%llx, 0x%08x },\n",
		       (unsigned long long)gen->gates[i].capabilities,
		       gen->gates[i].refusal);
	puts("};");
}

int main(int argc, char **argv)
{
	static struct generator gen; /* too large for a stack */

	for (size_t i = 0; i < COUNT(cpus); i++)
		if (argc == 2 && !strcmp(argv[1], cpus[i].name))
			gen.arch = cpus[i].arch;
	if (!gen.arch)
		fail("no default profile for this CPU",
		     argc == 2 ? argv[1] : "?");
	make_ranges(&gen);
	emit_program(&gen);
	print_program(&gen);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
