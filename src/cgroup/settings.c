// SPDX-License-Identifier: Apache-2.0
#include "cgroup/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A limit of v2, which has a word for none. */
static char *limit_text(int64_t limit)
{
	return limit < 0 ? xstrdup("max") : xasprintf("%" PRId64, limit);
}

static void add_limit(struct cgroup_settings *list, const char *controller,
		      const char *file, const struct spec_number *limit)
{
	if (limit->is_set)
		(void)setting_add(list, controller, file,
				  limit_text(limit->value));
}

/* The logarithm to base 2, bit by bit: squaring a number doubles it. libm would
 * be a library more to load at each start, for this alone.
 */
static double log2_of(double x)
{
	double result = 0, bit = 1;

	while (x >= 2) {
		x /= 2;
		result++;
	}
	for (int i = 0; i < 48; i++) {
		x *= x;
		bit /= 2;
		if (x >= 2) {
			x /= 2;
			result += bit;
		}
	}
	return result;
}

uint64_t cgroup_weight(uint64_t shares)
{
	uint64_t low = 1, high = 10000;
	double l, wanted;

	if (shares <= 2)
		return low;
	if (shares >= 262144)
		return high;
	l = log2_of((double)shares);
	/* The least weight that isn't below 10^(l^2/612 + 125 l/612 - 7/34). */
	wanted = ((l * l + 125 * l) / 612 - 7.0 / 34) * log2_of(10) - 1e-9;
	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (log2_of((double)middle) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int refuse(struct error *err, const char *field, const char *why)
{
	return error_say(err, EOPNOTSUPP,
			 "linux.resources.%s can't be set on cgroup v2%s%s",
			 field, *why ? ": " : "", why);
}

/* v1's swap is memory and swap together, v2's is swap alone. */
static int add_swap(const struct spec_resources *r,
		    struct cgroup_settings *list, struct error *err)
{
	int64_t limit = r->memory_limit.value, swap = r->memory_swap.value;

	if (!r->memory_swap.is_set || swap == 0)
		return 0;
	if (swap > 0 && (!r->memory_limit.is_set || limit <= 0))
		return error_say(
			err, EINVAL,
			"linux.resources.memory.swap is memory and swap together: it needs memory.limit");
	if (swap > 0 && swap < limit)
		return error_say(err, EINVAL,
				 "linux.resources.memory.swap (%" PRId64
				 ") is below memory.limit (%" PRId64 ")",
				 swap, limit);
	setting_add(list, "memory", "memory.swap.max",
		    limit_text(swap < 0 ? -1 : swap - limit))
		->optional = swap < 0 || swap == limit;
	return 0;
}

static int add_memory(const struct spec_resources *r,
		      struct cgroup_settings *list, struct error *err)
{
	if (r->memory_swappiness.is_set)
		return refuse(err, "memory.swappiness", "");
	if (r->memory_disable_oom_killer)
		return refuse(err, "memory.disableOOMKiller", "");
	if (add_swap(r, list, err) < 0)
		return -err->code;
	if (r->memory_limit.is_set && r->memory_limit.value != 0)
		add_limit(list, "memory", "memory.max", &r->memory_limit);
	if (r->memory_reservation.is_set && r->memory_reservation.value != 0)
		add_limit(list, "memory", "memory.low", &r->memory_reservation);
	return 0;
}

/* "QUOTA PERIOD"; a part that isn't given keeps what it has. */
static void add_quota(const struct spec_resources *r,
		      struct cgroup_settings *list)
{
	bool has_quota = r->cpu_quota.is_set && r->cpu_quota.value != 0;
	bool has_period = r->cpu_period.is_set && r->cpu_period.value != 0;
	auto_free char *quota =
		has_quota ? limit_text(r->cpu_quota.value) : xstrdup("max");

	if (has_quota && !has_period)
		(void)setting_add(list, "cpu", "cpu.max", xstrdup(quota));
	else if (has_quota || has_period)
		(void)setting_add(
			list, "cpu", "cpu.max",
			xasprintf("%s %" PRId64, quota, r->cpu_period.value));
}

static int add_cpu(const struct spec_resources *r, struct cgroup_settings *list,
		   struct error *err)
{
	if ((r->cpu_realtime_runtime.is_set && r->cpu_realtime_runtime.value) ||
	    (r->cpu_realtime_period.is_set && r->cpu_realtime_period.value))
		return refuse(err, "cpu.realtimeRuntime and .realtimePeriod",
			      "");
	if (r->cpu_idle.is_set)
		setting_add_number(list, "cpu", "cpu.idle", &r->cpu_idle);
	if (r->cpu_shares.is_set && r->cpu_shares.value > 0)
		(void)setting_add(
			list, "cpu", "cpu.weight",
			xasprintf(
				"%" PRIu64,
				cgroup_weight((uint64_t)r->cpu_shares.value)));
	add_quota(r, list);
	if (setting_add_burst(r, "cpu.max.burst", list, err) < 0)
		return -err->code;
	if (r->cpu_cpus)
		(void)setting_add(list, "cpuset", "cpuset.cpus",
				  xstrdup(r->cpu_cpus));
	if (r->cpu_mems)
		(void)setting_add(list, "cpuset", "cpuset.mems",
				  xstrdup(r->cpu_mems));
	return 0;
}

/* 10..1000 of blkio to 1..10000 of io. */
static int64_t io_weight(int64_t weight)
{
	return 1 + (weight - 10) * 9999 / 990;
}

static void add_weight(struct cgroup_settings *list, char *bfq, char *io)
{
	struct cgroup_setting *setting =
		setting_add(list, "io", "io.bfq.weight", bfq);

	/* Which of the two is there depends on the disk's scheduler. */
	setting->optional = true;
	setting = setting_add(list, "io", "io.weight", io);
	setting->instead = "io.bfq.weight";
}

static int add_block_io(const struct spec_resources *r,
			struct cgroup_settings *list, struct error *err)
{
	static const char *const keys[THROTTLE_COUNT] = {
		[THROTTLE_READ_BPS] = "rbps",
		[THROTTLE_WRITE_BPS] = "wbps",
		[THROTTLE_READ_IOPS] = "riops",
		[THROTTLE_WRITE_IOPS] = "wiops",
	};

	if (r->block_leaf_weight.is_set)
		return refuse(err, "blockIO.leafWeight", "");
	if (r->block_weight.is_set)
		add_weight(list, xasprintf("%" PRId64, r->block_weight.value),
			   xasprintf("default %" PRId64,
				     io_weight(r->block_weight.value)));
	for (size_t i = 0; i < r->block_weights.count; i++) {
		const struct spec_block_device *d = &r->block_weights.items[i];

		if (d->leaf_weight.is_set)
			return refuse(err, "blockIO.weightDevice.leafWeight",
				      "");
		add_weight(list,
			   xasprintf("%u:%u %" PRId64, d->major, d->minor,
				     d->weight.value),
			   xasprintf("%u:%u %" PRId64, d->major, d->minor,
				     io_weight(d->weight.value)));
	}
	for (size_t k = 0; k < THROTTLE_COUNT; k++)
		for (size_t i = 0; i < r->block_throttles[k].count; i++) {
			const struct spec_block_device *d =
				&r->block_throttles[k].items[i];

			(void)setting_add(list, "io", "io.max",
					  xasprintf("%u:%u %s=%" PRIu64,
						    d->major, d->minor, keys[k],
						    d->rate));
		}
	return 0;
}

static void add_hugepages(const struct spec_resources *r,
			  struct cgroup_settings *list)
{
	for (size_t i = 0; i < r->hugepage_count; i++) {
		const struct spec_hugepage_limit *limit = &r->hugepages[i];
		auto_free char *file = xasprintf("hugetlb.%s.max", limit->size);
		auto_free char *reserved =
			xasprintf("hugetlb.%s.rsvd.max", limit->size);

		setting_add(list, "hugetlb", reserved,
			    xasprintf("%" PRIu64, limit->limit_bytes))
			->optional = true;
		(void)setting_add(list, "hugetlb", file,
				  xasprintf("%" PRIu64, limit->limit_bytes));
	}
}

/* Any file at all, by its own name; its controller is the word before the dot.
 */
static void add_unified(const struct spec_resources *r,
			struct cgroup_settings *list)
{
	for (size_t i = 0; i < r->unified.count; i++) {
		const char *item = r->unified.items[i];
		size_t length = strcspn(item, "=");
		auto_free char *file = xstrndup(item, length);

		(void)setting_add(list, NULL, file, xstrdup(item + length + 1));
	}
}

int cgroup_settings_v2(const struct spec_resources *r,
		       struct cgroup_settings *ret, struct error *err)
{
	if (r->network_class.is_set && r->network_class.value)
		return refuse(err, "network.classID", "");
	if (r->network_priority_count)
		return refuse(err, "network.priorities", "");
	if (add_memory(r, ret, err) < 0 || add_cpu(r, ret, err) < 0 ||
	    add_block_io(r, ret, err) < 0)
		return -err->code;
	add_limit(ret, "pids", "pids.max", &r->pids_limit);
	add_hugepages(r, ret);
	setting_add_rdma(r, ret);
	add_unified(r, ret);
	return 0;
}
