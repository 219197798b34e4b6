// SPDX-License-Identifier: Apache-2.0
#include "oci/seccomp_names.h"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>

#include "base/cleanup.h"

enum { ERRNO_NAMED_MAX = 133 };

struct word {
	const char *name;
	uint32_t value;
};

static const struct word actions[] = {
	{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW },
	{ "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0) },
	{ "SCMP_ACT_KILL", SCMP_ACT_KILL },
	{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS },
	{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD },
	{ "SCMP_ACT_LOG", SCMP_ACT_LOG },
	{ "SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY },
	{ "SCMP_ACT_TRACE", SCMP_ACT_TRACE(0) },
	{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP },
};

static const struct word operators[] = {
	{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
	{ "SCMP_CMP_GE", SCMP_CMP_GE },
	{ "SCMP_CMP_GT", SCMP_CMP_GT },
	{ "SCMP_CMP_LE", SCMP_CMP_LE },
	{ "SCMP_CMP_LT", SCMP_CMP_LT },
	{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
	{ "SCMP_CMP_NE", SCMP_CMP_NE },
};

static const struct word architectures[] = {
	{ "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 },
	{ "SCMP_ARCH_ARM", SCMP_ARCH_ARM },
#ifdef SCMP_ARCH_LOONGARCH64 /* libseccomp 2.6 */
	{ "SCMP_ARCH_LOONGARCH64", SCMP_ARCH_LOONGARCH64 },
	{ "SCMP_ARCH_M68K", SCMP_ARCH_M68K },
	{ "SCMP_ARCH_SH", SCMP_ARCH_SH },
	{ "SCMP_ARCH_SHEB", SCMP_ARCH_SHEB },
#else
	{ "SCMP_ARCH_LOONGARCH64", 0 },
	{ "SCMP_ARCH_M68K", 0 },
	{ "SCMP_ARCH_SH", 0 },
	{ "SCMP_ARCH_SHEB", 0 },
#endif
	{ "SCMP_ARCH_MIPS", SCMP_ARCH_MIPS },
	{ "SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64 },
	{ "SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32 },
	{ "SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL },
	{ "SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64 },
	{ "SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32 },
	{ "SCMP_ARCH_PARISC", SCMP_ARCH_PARISC },
	{ "SCMP_ARCH_PARISC64", SCMP_ARCH_PARISC64 },
	{ "SCMP_ARCH_PPC", SCMP_ARCH_PPC },
	{ "SCMP_ARCH_PPC64", SCMP_ARCH_PPC64 },
	{ "SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE },
	{ "SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64 },
	{ "SCMP_ARCH_S390", SCMP_ARCH_S390 },
	{ "SCMP_ARCH_S390X", SCMP_ARCH_S390X },
	{ "SCMP_ARCH_X32", SCMP_ARCH_X32 },
	{ "SCMP_ARCH_X86", SCMP_ARCH_X86 },
	{ "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 },
};

static const struct word flags[] = {
	{ "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
	{ "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
	{ "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
	  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV },
};

static const struct word docker_architectures[] = {
	{ "amd64", SCMP_ARCH_X86_64 },    { "arm", SCMP_ARCH_ARM },
	{ "arm64", SCMP_ARCH_AARCH64 },   { "ppc64le", SCMP_ARCH_PPC64LE },
	{ "riscv64", SCMP_ARCH_RISCV64 }, { "s390x", SCMP_ARCH_S390X },
	{ "x86", SCMP_ARCH_X86 },
};

static bool find(const struct word *words, size_t count, const char *name,
		 uint32_t *ret)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(words[i].name, name)) {
			*ret = words[i].value;
			return true;
		}
	return false;
}

bool seccomp_find_action(const char *name, uint32_t *ret)
{
	return find(actions, ARRAY_COUNT(actions), name, ret);
}

bool seccomp_find_operator(const char *name, uint32_t *ret)
{
	return find(operators, ARRAY_COUNT(operators), name, ret);
}

bool seccomp_find_architecture(const char *name, uint32_t *ret)
{
	return find(architectures, ARRAY_COUNT(architectures), name, ret);
}

bool seccomp_find_flag(const char *name, uint32_t *ret)
{
	return find(flags, ARRAY_COUNT(flags), name, ret);
}

bool seccomp_find_errno(const char *name, uint32_t *ret)
{
	for (int code = 1; code <= ERRNO_NAMED_MAX; code++) {
		const char *known = strerrorname_np(code);

		if (known && !strcmp(known, name)) {
			*ret = (uint32_t)code;
			return true;
		}
	}
	return false;
}

const char *seccomp_docker_architecture(void)
{
	uint32_t native = seccomp_arch_native();

	for (size_t i = 0; i < ARRAY_COUNT(docker_architectures); i++)
		if (docker_architectures[i].value == native)
			return docker_architectures[i].name;
	return "";
}

const char *seccomp_word(enum seccomp_words kind, size_t index)
{
	static const struct {
		const struct word *words;
		size_t count;
	} kinds[] = {
		[SECCOMP_ACTIONS] = { actions, ARRAY_COUNT(actions) },
		[SECCOMP_OPERATORS] = { operators, ARRAY_COUNT(operators) },
		[SECCOMP_ARCHITECTURES] = { architectures,
					    ARRAY_COUNT(architectures) },
		[SECCOMP_FLAGS] = { flags, ARRAY_COUNT(flags) },
	};

	for (size_t i = 0; i < kinds[kind].count; i++) {
		/* The specification has some that libseccomp doesn't know. */
		if (kind == SECCOMP_ARCHITECTURES &&
		    kinds[kind].words[i].value == 0)
			continue;
		if (index-- == 0)
			return kinds[kind].words[i].name;
	}
	return NULL;
}
