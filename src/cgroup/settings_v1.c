// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>

#include "base/cleanup.h"
#include "cgroup/device_rules.h"
#include "cgroup/settings.h"

/* 0 is what engines write for a limit that isn't meant. */
static void add_if_meant(struct cgroup_settings *list, const char *controller,
			 const char *file, const struct spec_number *number)
{
	if (number->value != 0)
		setting_add_number(list, controller, file, number);
}

static void add_memory(const struct spec_resources *r,
		       struct cgroup_settings *list)
{
	add_if_meant(list, "memory", "memory.limit_in_bytes", &r->memory_limit);
	add_if_meant(list, "memory", "memory.memsw.limit_in_bytes",
		     &r->memory_swap);
	add_if_meant(list, "memory", "memory.soft_limit_in_bytes",
		     &r->memory_reservation);
	setting_add_number(list, "memory", "memory.swappiness",
			   &r->memory_swappiness);
	if (r->memory_disable_oom_killer)
		(void)setting_add(list, "memory", "memory.oom_control",
				  xstrdup("1"));
}

static int add_cpu(const struct spec_resources *r, struct cgroup_settings *list,
		   struct error *err)
{
	add_if_meant(list, "cpu", "cpu.shares", &r->cpu_shares);
	add_if_meant(list, "cpu", "cpu.cfs_period_us", &r->cpu_period);
	add_if_meant(list, "cpu", "cpu.cfs_quota_us", &r->cpu_quota);
	if (setting_add_burst(r, "cpu.cfs_burst_us", list, err) < 0)
		return -err->code;
	add_if_meant(list, "cpu", "cpu.rt_period_us", &r->cpu_realtime_period);
	add_if_meant(list, "cpu", "cpu.rt_runtime_us",
		     &r->cpu_realtime_runtime);
	setting_add_number(list, "cpu", "cpu.idle", &r->cpu_idle);
	if (r->cpu_cpus)
		(void)setting_add(list, "cpuset", "cpuset.cpus",
				  xstrdup(r->cpu_cpus));
	if (r->cpu_mems)
		(void)setting_add(list, "cpuset", "cpuset.mems",
				  xstrdup(r->cpu_mems));
	return 0;
}

/* The scheduler that gives weights was renamed on the way. */
static void add_weight(struct cgroup_settings *list, const char *file,
		       const char *bfq, char *value)
{
	setting_add(list, "blkio", file, xstrdup(value))->instead = bfq;
	setting_add(list, "blkio", bfq, value)->optional = true;
}

static void add_block_io(const struct spec_resources *r,
			 struct cgroup_settings *list)
{
	static const char *const files[THROTTLE_COUNT] = {
		[THROTTLE_READ_BPS] = "blkio.throttle.read_bps_device",
		[THROTTLE_WRITE_BPS] = "blkio.throttle.write_bps_device",
		[THROTTLE_READ_IOPS] = "blkio.throttle.read_iops_device",
		[THROTTLE_WRITE_IOPS] = "blkio.throttle.write_iops_device",
	};

	if (r->block_weight.is_set)
		add_weight(list, "blkio.weight", "blkio.bfq.weight",
			   xasprintf("%" PRId64, r->block_weight.value));
	setting_add_number(list, "blkio", "blkio.leaf_weight",
			   &r->block_leaf_weight);
	for (size_t i = 0; i < r->block_weights.count; i++) {
		const struct spec_block_device *d = &r->block_weights.items[i];

		if (d->weight.is_set)
			add_weight(list, "blkio.weight_device",
				   "blkio.bfq.weight_device",
				   xasprintf("%u:%u %" PRId64, d->major,
					     d->minor, d->weight.value));
		if (d->leaf_weight.is_set)
			(void)setting_add(
				list, "blkio", "blkio.leaf_weight_device",
				xasprintf("%u:%u %" PRId64, d->major, d->minor,
					  d->leaf_weight.value));
	}
	for (size_t k = 0; k < THROTTLE_COUNT; k++)
		for (size_t i = 0; i < r->block_throttles[k].count; i++) {
			const struct spec_block_device *d =
				&r->block_throttles[k].items[i];

			(void)setting_add(list, "blkio", files[k],
					  xasprintf("%u:%u %" PRIu64, d->major,
						    d->minor, d->rate));
		}
}

static void add_hugepages(const struct spec_resources *r,
			  struct cgroup_settings *list)
{
	for (size_t i = 0; i < r->hugepage_count; i++) {
		const struct spec_hugepage_limit *limit = &r->hugepages[i];
		auto_free char *file =
			xasprintf("hugetlb.%s.limit_in_bytes", limit->size);
		auto_free char *reserved = xasprintf(
			"hugetlb.%s.rsvd.limit_in_bytes", limit->size);

		setting_add(list, "hugetlb", reserved,
			    xasprintf("%" PRIu64, limit->limit_bytes))
			->optional = true;
		(void)setting_add(list, "hugetlb", file,
				  xasprintf("%" PRIu64, limit->limit_bytes));
	}
}

static void add_network(const struct spec_resources *r,
			struct cgroup_settings *list)
{
	add_if_meant(list, "net_cls", "net_cls.classid", &r->network_class);
	for (size_t i = 0; i < r->network_priority_count; i++)
		(void)setting_add(list, "net_prio", "net_prio.ifpriomap",
				  xasprintf("%s %u",
					    r->network_priorities[i].interface,
					    r->network_priorities[i].priority));
}

static void add_devices(const struct spec_resources *r,
			struct cgroup_settings *list)
{
	auto_with(device_rules_clear) struct device_rules rules = { 0 };

	device_rules_make(r, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct spec_device_rule *rule = &rules.items[i];

		(void)setting_add(list, "devices",
				  rule->allow ? "devices.allow"
					      : "devices.deny",
				  device_rule_text(rule));
	}
}

int cgroup_settings_v1(const struct spec_resources *r,
		       struct cgroup_settings *ret, struct error *err)
{
	if (r->unified.count)
		return error_say(
			err, EOPNOTSUPP,
			"linux.resources.unified (%s) is for cgroup v2 only",
			r->unified.items[0]);
	add_devices(r, ret);
	add_memory(r, ret);
	if (add_cpu(r, ret, err) < 0)
		return -err->code;
	if (r->pids_limit.is_set)
		(void)setting_add(
			ret, "pids", "pids.max",
			r->pids_limit.value < 0
				? xstrdup("max")
				: xasprintf("%" PRId64, r->pids_limit.value));
	add_block_io(r, ret);
	add_hugepages(r, ret);
	add_network(r, ret);
	setting_add_rdma(r, ret);
	return 0;
}
