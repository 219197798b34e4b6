// SPDX-License-Identifier: Apache-2.0
/* The default profile as the build made it: a program whose returns that
 * depend on a capability hold the number of a gate, to be settled when the
 * capabilities are known.
 */
#ifndef OCI_SECCOMP_DEFAULT_H
#define OCI_SECCOMP_DEFAULT_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* A return through gate n. No errno reaches so high. */
#define SECCOMP_GATE(n)    (SECCOMP_RET_ERRNO | 0xf000u | (uint32_t)(n))
#define SECCOMP_IS_GATE(k) (((k)&0xfffff000u) == SECCOMP_GATE(0))
#define SECCOMP_GATE_OF(k) ((k)&0xfffu)

struct seccomp_gate {
	uint64_t capabilities; /* any one of them opens it */
	uint32_t refusal;      /* returned to who has none */
};

extern const struct sock_filter seccomp_default_code[];
extern const size_t seccomp_default_length;
extern const struct seccomp_gate seccomp_default_gates[];

#endif
