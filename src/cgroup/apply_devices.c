// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/apply.h"
#include "cgroup/device_rules.h"
#include "cgroup/tree.h"

enum { ATTACHED_MAX = 64 };

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* Before Linux 5.11 programs counted as locked memory. */
static void allow_locked_memory(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)setrlimit(RLIMIT_MEMLOCK, &all);
}

static int load(const struct device_rules *rules)
{
	size_t count;
	auto_free struct bpf_insn *program =
		device_rules_program(rules, &count);
	static const char license[] = "Apache-2.0";
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insns = (uintptr_t)program,
		.insn_cnt = (unsigned int)count,
		.license = (uintptr_t)license,
	};
	int fd = (int)bpf(BPF_PROG_LOAD, &attributes);

	return fd < 0 ? -errno : fd;
}

struct attached {
	unsigned int ids[ATTACHED_MAX];
	unsigned int count;
};

/* Those that were attached before, to be taken off once the new one is there.
 */
static void list_attached(int dir, struct attached *ret)
{
	union bpf_attr attributes = {
		.query = {
			.target_fd = (unsigned int)dir,
			.attach_type = BPF_CGROUP_DEVICE,
			.prog_ids = (uintptr_t)ret->ids,
			.prog_cnt = ATTACHED_MAX,
		},
	};

	ret->count = bpf(BPF_PROG_QUERY, &attributes) < 0
			     ? 0
			     : attributes.query.prog_cnt;
}

static int attach(int dir, int program)
{
	union bpf_attr attributes = {
		.target_fd = (unsigned int)dir,
		.attach_bpf_fd = (unsigned int)program,
		.attach_type = BPF_CGROUP_DEVICE,
		.attach_flags = BPF_F_ALLOW_MULTI,
	};

	return bpf(BPF_PROG_ATTACH, &attributes) < 0 ? -errno : 0;
}

static int detach(int dir, unsigned int id)
{
	union bpf_attr find = { .prog_id = id };
	auto_close int program = (int)bpf(BPF_PROG_GET_FD_BY_ID, &find);
	union bpf_attr attributes = {
		.target_fd = (unsigned int)dir,
		.attach_bpf_fd = (unsigned int)program,
		.attach_type = BPF_CGROUP_DEVICE,
	};

	if (program < 0 || bpf(BPF_PROG_DETACH, &attributes) < 0)
		return -errno;
	return 0;
}

int cgroup_apply_devices(const char *path,
			 const struct spec_resources *resources,
			 struct error *err)
{
	auto_with(device_rules_clear) struct device_rules rules = { 0 };
	struct attached before = { 0 };
	int result;

	device_rules_make(resources, &rules);
	if (!rules.count)
		return 0;

	auto_close int dir = cgroup_tree_open(path, err);

	if (dir < 0)
		return dir;
	allow_locked_memory();

	auto_close int program = load(&rules);

	if (program == -EPERM) {
		log_debug("device rules are not enforced: no BPF for us");
		return 0;
	}
	if (program < 0)
		return error_set(err, -program, "load the rules for devices");
	list_attached(dir, &before);
	result = attach(dir, program);
	for (unsigned int i = 0; i < before.count && result == 0; i++)
		result = detach(dir, before.ids[i]);
	if (result < 0)
		return error_set(err, -result,
				 "attach the rules for devices to %s", path);
	return 0;
}
