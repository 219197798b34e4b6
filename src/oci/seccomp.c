// SPDX-License-Identifier: Apache-2.0
/* The default profile at run time: a copy of the program that the build made,
 * with its gates opened or shut. No libseccomp, a few microseconds.
 */
#include "oci/seccomp.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "oci/seccomp_default.h"

void seccomp_profile_clear(struct seccomp_profile *profile)
{
	for (size_t i = 0; i < profile->rule_count; i++) {
		strv_clear(&profile->rules[i].names);
		free(profile->rules[i].args);
	}
	free(profile->rules);
	free(profile->architectures);
	free(profile->listener_path);
	free(profile->listener_metadata);
	*profile = (struct seccomp_profile){ 0 };
}

void seccomp_program_clear(struct seccomp_program *program)
{
	free(program->code);
	*program = (struct seccomp_program){ 0 };
}

static void settle_gates(struct seccomp_program *program, uint64_t capabilities)
{
	for (size_t i = 0; i < program->length; i++) {
		struct sock_filter *at = &program->code[i];

		if (at->code != (BPF_RET | BPF_K) || !SECCOMP_IS_GATE(at->k))
			continue;

		const struct seccomp_gate *gate =
			&seccomp_default_gates[SECCOMP_GATE_OF(at->k)];

		at->k = gate->capabilities & capabilities ? SECCOMP_RET_ALLOW
							  : gate->refusal;
	}
}

static void compile_default(uint64_t capabilities, struct seccomp_program *ret)
{
	size_t size = seccomp_default_length * sizeof(*ret->code);

	ret->code = xcalloc(seccomp_default_length, sizeof(*ret->code));
	memcpy(ret->code, seccomp_default_code, size);
	ret->length = (unsigned short)seccomp_default_length;
	/* A container shall not pay for the speculation of others: what the
	 * kernel did here before Linux 5.16 cost a great deal.
	 */
	ret->flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	settle_gates(ret, capabilities);
}

int seccomp_compile(const struct seccomp_profile *profile,
		    uint64_t capabilities, struct seccomp_program *ret,
		    struct error *err)
{
	switch (profile->kind) {
	case SECCOMP_DEFAULT:
		compile_default(capabilities, ret);
		return 0;
	case SECCOMP_PROFILE:
		return seccomp_compile_rules(profile, ret, err);
	case SECCOMP_UNCONFINED:
		break;
	}
	return 0;
}
