// SPDX-License-Identifier: Apache-2.0
/* System call filters: "linux.seccomp" as a struct, and as BPF. */
#ifndef OCI_SECCOMP_H
#define OCI_SECCOMP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/error.h"

enum seccomp_kind {
	SECCOMP_UNCONFINED, /* no filter */
	SECCOMP_DEFAULT, /* holt's own profile, compiled when holt is built */
	SECCOMP_PROFILE, /* the rules below */
};

/* One condition on an argument; the arguments of one rule all must hold. */
struct seccomp_arg {
	unsigned int index; /* 0..5 */
	uint32_t op;        /* enum scmp_compare of libseccomp */
	uint64_t value, value_two;
};

/* "syscalls" of the runtime-spec */
struct seccomp_rule {
	struct strv names;
	uint32_t action; /* SCMP_ACT_* of libseccomp, with errno filled in */
	struct seccomp_arg *args;
	size_t arg_count;
};

struct seccomp_profile {
	enum seccomp_kind kind;
	uint32_t default_action;
	uint32_t *architectures; /* SCMP_ARCH_*; none: the native one */
	size_t architecture_count;
	unsigned long flags; /* SECCOMP_FILTER_FLAG_* of seccomp(2) */
	struct seccomp_rule *rules;
	size_t rule_count;
	/* What SCMP_ACT_NOTIFY needs: an absolute path of a UNIX socket that
	 * gets the descriptor, and a text that goes along. NULL: none.
	 */
	char *listener_path, *listener_metadata;
	bool fail_unknown; /* a name that libseccomp doesn't know is an error */
};

void seccomp_profile_clear(struct seccomp_profile *profile);

/* A program for seccomp(2): owned. Empty: none is loaded. */
struct seccomp_program {
	struct sock_filter *code;
	unsigned short length;
	unsigned long flags; /* SECCOMP_FILTER_FLAG_* */
};

void seccomp_program_clear(struct seccomp_program *program);

/**
 * seccomp_compile() - Make the program of a profile
 * @profile:	What is wanted. SECCOMP_DEFAULT costs a copy, SECCOMP_PROFILE
 *		a run of libseccomp (milliseconds)
 * @capabilities: The container's bounding set, bit n is capability n: the
 *		default profile allows more calls to who holds the capability
 *		that the kernel asks for them (mount(2) with CAP_SYS_ADMIN)
 * @ret:	Empty; gets the program
 *
 * Return: 0, negative errno
 */
must_check int seccomp_compile(const struct seccomp_profile *profile,
			       uint64_t capabilities,
			       struct seccomp_program *ret, struct error *err);

/**
 * seccomp_compile_rules() - The part of seccomp_compile() for SECCOMP_PROFILE
 * @ret:	.flags has SECCOMP_FILTER_FLAG_NEW_LISTENER if there is an
 *		action for a listener (SCMP_ACT_NOTIFY)
 * @err:	Says which rule libseccomp doesn't take
 *
 * Names of system calls that libseccomp doesn't know are passed over, for
 * profiles list what is newer than their reader, unless .fail_unknown is set.
 * Architectures likewise.
 *
 * Return: 0, negative errno
 */
must_check int seccomp_compile_rules(const struct seccomp_profile *profile,
				     struct seccomp_program *ret,
				     struct error *err);

/** seccomp_library_version() - Of libseccomp, as one number. */
uint64_t seccomp_library_version(void);

/**
 * seccomp_read_file() - A profile from a JSON file, for --security-opt seccomp=
 * @path:	As podman and docker take it: the runtime-spec's
 *		"linux.seccomp", or docker's form with archMap, "includes" and
 *		"excludes" (caps, arches, minKernel)
 * @capabilities: The container's bounding set, which the latter depend on
 * @err:	EINVAL with the JSON path of what is wrong
 *
 * Return: 0, negative errno
 */
must_check int seccomp_read_file(const char *path, uint64_t capabilities,
				 struct seccomp_profile *ret,
				 struct error *err);

#endif
