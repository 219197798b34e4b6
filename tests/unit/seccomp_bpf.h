// SPDX-License-Identifier: Apache-2.0
/* A small machine for the BPF that seccomp(2) takes, to ask a program what it
 * answers without making the call. What the kernel would refuse to load fails
 * the test.
 */
#ifndef TESTS_UNIT_SECCOMP_BPF_H
#define TESTS_UNIT_SECCOMP_BPF_H

#include <criterion/criterion.h>
#include <linux/seccomp.h>
#include <string.h>

#include "oci/seccomp.h"

static inline bool bpf_compares(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGE:
		return a >= k;
	case BPF_JGT:
		return a > k;
	case BPF_JSET:
		return (a & k) != 0;
	default:
		cr_assert_fail("jump 0x%x", code);
	}
	return false;
}

static inline uint32_t bpf_run(const struct seccomp_program *program,
			       const struct seccomp_data *data)
{
	uint32_t a = 0, memory[BPF_MEMWORDS] = { 0 };

	for (size_t i = 0; i < program->length; i++) {
		const struct sock_filter *at = &program->code[i];

		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			cr_assert(at->k % 4 == 0 && at->k < sizeof(*data));
			memcpy(&a, (const char *)data + at->k, sizeof(a));
			break;
		case BPF_LD | BPF_MEM:
			a = memory[at->k % BPF_MEMWORDS];
			break;
		case BPF_ST:
			memory[at->k % BPF_MEMWORDS] = a;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= at->k;
			break;
		case BPF_JMP | BPF_JA:
			i += at->k;
			break;
		case BPF_RET | BPF_K:
			return at->k;
		default:
			cr_assert_eq(BPF_CLASS(at->code), BPF_JMP,
				     "instruction 0x%x at %zu", at->code, i);
			i += bpf_compares(at->code, a, at->k) ? at->jt : at->jf;
		}
	}
	cr_assert_fail("ran past the end");
	return 0;
}

#endif
