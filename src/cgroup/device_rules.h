// SPDX-License-Identifier: Apache-2.0
/* linux.resources.devices with the devices that every container may use. */
#ifndef CGROUP_DEVICE_RULES_H
#define CGROUP_DEVICE_RULES_H

#include <linux/bpf.h>

#include "oci/spec.h"

struct device_rules {
	struct spec_device_rule *items; /* owned; the last that matches holds */
	size_t count;
};

void device_rules_clear(struct device_rules *rules);

/**
 * device_rules_make() - The rules of a container
 * @ret:	Empty; stays so where the container has none. Behind its own
 *come the default devices of config-linux.md, terminals, and mknod(2) of
 *anything, which without the right to open it harms nobody.
 */
void device_rules_make(const struct spec_resources *resources,
		       struct device_rules *ret);

/** device_rule_text() - "c 1:3 rwm", as v1's files have it; owned. */
char *device_rule_text(const struct spec_device_rule *rule);

/**
 * device_rules_program() - The rules as a BPF_PROG_TYPE_CGROUP_DEVICE program
 * @ret_count:	Number of instructions
 *
 * Return: the instructions, owned
 */
struct bpf_insn *device_rules_program(const struct device_rules *rules,
				      size_t *ret_count);

#endif
