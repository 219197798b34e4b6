// SPDX-License-Identifier: Apache-2.0
#include "cgroup/limits.h"

#include <stddef.h>

#include "base/cleanup.h"

/* A number of struct spec_resources, and from which value on it limits. */
struct number_row {
	size_t offset;
	int64_t least;
	struct limit_asked name;
};

#define NUMBER(member, least, field, controller) \
	{ \
		offsetof(struct spec_resources, member), (least), \
		{ \
			(field), (controller) \
		} \
	}

static const struct number_row numbers[] = {
	NUMBER(memory_limit, 1, "memory.limit", "memory"),
	NUMBER(memory_reservation, 1, "memory.reservation", "memory"),
	NUMBER(memory_swap, 1, "memory.swap", "memory"),
	NUMBER(memory_swappiness, 0, "memory.swappiness", "memory"),
	NUMBER(cpu_shares, 1, "cpu.shares", "cpu"),
	NUMBER(cpu_quota, 1, "cpu.quota", "cpu"),
	NUMBER(cpu_burst, 1, "cpu.burst", "cpu"),
	NUMBER(cpu_period, 1, "cpu.period", "cpu"),
	NUMBER(cpu_realtime_runtime, 1, "cpu.realtimeRuntime", "cpu"),
	NUMBER(cpu_realtime_period, 1, "cpu.realtimePeriod", "cpu"),
	NUMBER(cpu_idle, 1, "cpu.idle", "cpu"),
	NUMBER(pids_limit, 0, "pids.limit", "pids"),
	NUMBER(block_weight, 1, "blockIO.weight", "io"),
	NUMBER(block_leaf_weight, 1, "blockIO.leafWeight", "io"),
	NUMBER(network_class, 1, "network.classID", "net_cls"),
};

/* @index: counts down to the one that is wanted */
static bool find_number(const struct spec_resources *resources, size_t *index,
			struct limit_asked *ret)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		const struct spec_number *number =
			(const void *)((const char *)resources +
				       numbers[i].offset);

		if (!number->is_set || number->value < numbers[i].least ||
		    (*index)-- > 0)
			continue;
		*ret = numbers[i].name;
		return true;
	}
	return false;
}

static bool has_text(const char *text)
{
	return text && *text;
}

static bool has_throttles(const struct spec_resources *resources)
{
	for (size_t i = 0; i < THROTTLE_COUNT; i++)
		if (resources->block_throttles[i].count)
			return true;
	return false;
}

bool limits_find(const struct spec_resources *resources, size_t index,
		 struct limit_asked *ret)
{
	const struct {
		bool asked;
		struct limit_asked name;
	} others[] = {
		{ resources->memory_disable_oom_killer,
		  { "memory.disableOOMKiller", "memory" } },
		{ has_text(resources->cpu_cpus), { "cpu.cpus", "cpuset" } },
		{ has_text(resources->cpu_mems), { "cpu.mems", "cpuset" } },
		{ resources->block_weights.count,
		  { "blockIO.weightDevice", "io" } },
		{ has_throttles(resources), { "blockIO.throttle", "io" } },
		{ resources->hugepage_count, { "hugepageLimits", "hugetlb" } },
		{ resources->rdma_count, { "rdma", "rdma" } },
		{ resources->network_priority_count,
		  { "network.priorities", "net_prio" } },
		{ resources->unified.count,
		  { "unified", resources->unified.count
				       ? resources->unified.items[0]
				       : "" } },
	};

	if (find_number(resources, &index, ret))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		if (others[i].asked && index-- == 0) {
			*ret = others[i].name;
			return true;
		}
	return false;
}
