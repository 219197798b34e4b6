// SPDX-License-Identifier: Apache-2.0
/* A profile's rules to BPF, by libseccomp. It writes programs to descriptors
 * only, so a memfd stands in between.
 */
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "oci/seccomp.h"
#include "oci/seccomp_shorten.h"

enum { ARGS_MAX = 6 };

static void release(scmp_filter_ctx *context)
{
	if (*context)
		seccomp_release(*context);
}

static struct scmp_arg_cmp comparison(const struct seccomp_arg *arg)
{
	return (struct scmp_arg_cmp){
		.arg = arg->index,
		.op = (enum scmp_compare)arg->op,
		.datum_a = arg->value,
		.datum_b = arg->value_two,
	};
}

/* Two conditions on one argument? libseccomp can't join them with "and"; by
 * the custom of the field each is a rule of its own then.
 */
static bool has_repeated_index(const struct seccomp_rule *rule)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < rule->arg_count; i++) {
		if (seen & 1U << rule->args[i].index)
			return true;
		seen |= 1U << rule->args[i].index;
	}
	return false;
}

static int add_call(scmp_filter_ctx context, const struct seccomp_rule *rule,
		    int call)
{
	struct scmp_arg_cmp args[ARGS_MAX];

	if (has_repeated_index(rule)) {
		for (size_t i = 0; i < rule->arg_count; i++) {
			args[0] = comparison(&rule->args[i]);

			int result = seccomp_rule_add_array(
				context, rule->action, call, 1, args);

			if (result < 0)
				return result;
		}
		return 0;
	}
	/* Here all indices differ, so there are at most six. */
	for (size_t i = 0; i < rule->arg_count; i++)
		args[i] = comparison(&rule->args[i]);
	return seccomp_rule_add_array(context, rule->action, call,
				      (unsigned int)rule->arg_count, args);
}

must_check static int add_rule(scmp_filter_ctx context,
			       const struct seccomp_rule *rule,
			       bool fail_unknown, struct error *err)
{
	for (size_t i = 0; i < rule->names.count; i++) {
		const char *name = rule->names.items[i];
		int call = seccomp_syscall_resolve_name(name);

		if (call == __NR_SCMP_ERROR && fail_unknown)
			return error_say(
				err, EINVAL,
				"seccomp: unknown system call %s, which run.oci.seccomp_fail_unknown_syscall forbids",
				name);
		if (call == __NR_SCMP_ERROR) {
			log_debug("seccomp: system call %s is unknown here",
				  name);
			continue;
		}

		int result = add_call(context, rule, call);

		if (result < 0)
			return error_set(err, -result, "seccomp: rule for %s",
					 name);
	}
	return 0;
}

must_check static int add_rules(scmp_filter_ctx context,
				const struct seccomp_profile *profile,
				struct error *err)
{
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct seccomp_rule *rule = &profile->rules[i];

		/* libseccomp refuses rules that say what holds anyway. */
		if (rule->action == profile->default_action)
			continue;
		if (add_rule(context, rule, profile->fail_unknown, err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int add_architectures(scmp_filter_ctx context,
					const struct seccomp_profile *profile,
					struct error *err)
{
	for (size_t i = 0; i < profile->architecture_count; i++) {
		uint32_t arch = profile->architectures[i];
		int result = seccomp_arch_add(context, arch);

		/* The other byte order can't be in the same program. */
		if (result == -EINVAL || result == -EDOM)
			log_debug("seccomp: architecture 0x%x is passed over",
				  arch);
		else if (result < 0 && result != -EEXIST)
			return error_set(err, -result,
					 "seccomp: architecture 0x%x", arch);
	}
	return 0;
}

must_check static int export_program(scmp_filter_ctx context,
				     struct seccomp_program *ret,
				     struct error *err)
{
	auto_close int fd = memfd_create("seccomp", MFD_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return error_set(err, errno,
				 "make memory for a seccomp program");

	int result = seccomp_export_bpf(context, fd);

	if (result < 0)
		return error_set(err, -result, "export the seccomp program");
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "stat the seccomp program");

	size_t size = (size_t)st.st_size, count = size / sizeof(*ret->code);

	if (count == 0 || count > BPF_MAXINSNS)
		return error_say(
			err, E2BIG,
			"seccomp: %zu instructions, the kernel takes 1 to %d",
			count, BPF_MAXINSNS);

	auto_free struct sock_filter *code = xcalloc(count, sizeof(*code));

	if (pread(fd, code, size, 0) != st.st_size)
		return error_set(err, EIO, "read the seccomp program");
	ret->code = steal_ptr(&code);
	ret->length = (unsigned short)count;
	return 0;
}

static bool has_notify(const struct seccomp_profile *profile)
{
	for (size_t i = 0; i < profile->rule_count; i++)
		if (profile->rules[i].action == SCMP_ACT_NOTIFY)
			return true;
	return profile->default_action == SCMP_ACT_NOTIFY;
}

/* One flag is about a listener, and refused without. The other is about threads
 * that the command doesn't have, and refused with one.
 */
static unsigned long flags_of(const struct seccomp_profile *profile)
{
	unsigned long not_without = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	unsigned long not_with = SECCOMP_FILTER_FLAG_TSYNC;

	if (!has_notify(profile))
		return profile->flags & ~not_without;
	return (profile->flags & ~not_with) | SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

int seccomp_compile_rules(const struct seccomp_profile *profile,
			  struct seccomp_program *ret, struct error *err)
{
	auto_with(release) scmp_filter_ctx context =
		seccomp_init(profile->default_action);

	if (!context)
		return error_say(
			err, EINVAL,
			"seccomp: libseccomp refuses default action 0x%x",
			profile->default_action);
	/* A binary search over the calls; older ones know no such attribute
	 * and search from end to end.
	 */
	(void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (add_architectures(context, profile, err) < 0 ||
	    add_rules(context, profile, err) < 0 ||
	    export_program(context, ret, err) < 0)
		return -err->code;
	seccomp_shorten(ret);
	ret->flags = flags_of(profile);
	return 0;
}

uint64_t seccomp_library_version(void)
{
	const struct scmp_version *version = seccomp_version();

	return (uint64_t)version->major << 32 | version->minor << 16 |
	       version->micro;
}
