// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/device_rules.h"
#include "cgroup/host.h"
#include "cgroup/settings.h"
#include "oci/spec_read.h"

static struct cgroup_settings settings;
static struct error err;
static char text[4096];

/* The settings of a resources document, one a line. */
static const char *make(const char *json, bool is_v2)
{
	struct spec_resources resources = { 0 };
	int result;

	cgroup_settings_clear(&settings);
	cr_assert_eq(spec_read_resources_text(json, &resources, &err), 0, "%s",
		     err.text);
	result = is_v2 ? cgroup_settings_v2(&resources, &settings, &err)
		       : cgroup_settings_v1(&resources, &settings, &err);
	spec_resources_clear(&resources);
	if (result < 0)
		return err.text;
	text[0] = '\0';
	for (size_t i = 0; i < settings.count; i++) {
		size_t used = strlen(text);

		(void)snprintf(text + used, sizeof(text) - used, "%s=%s\n",
			       settings.items[i].file, settings.items[i].value);
	}
	return text;
}

Test(cgroup_settings, shares_become_the_weights_that_runc_and_crun_give)
{
	static const struct {
		uint64_t shares, weight;
	} known[] = {
		{ 0, 1 },      { 2, 1 },          { 3, 2 },
		{ 512, 59 },   { 1024, 100 },     { 2048, 174 },
		{ 4096, 303 }, { 262144, 10000 }, { 999999, 10000 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		cr_expect_eq(cgroup_weight(known[i].shares), known[i].weight,
			     "%lu: %lu", known[i].shares,
			     cgroup_weight(known[i].shares));
}

Test(cgroup_settings, v2_memory_swap_is_swap_alone)
{
	cr_expect_str_eq(
		make("{\"memory\": {\"limit\": 100, \"swap\": 150, \"reservation\": 50}}",
		     true),
		"memory.swap.max=50\nmemory.max=100\nmemory.low=50\n");
	cr_expect_str_eq(
		make("{\"memory\": {\"limit\": -1, \"swap\": -1}}", true),
		"memory.swap.max=max\nmemory.max=max\n");
	cr_expect_str_eq(
		make("{\"memory\": {\"limit\": 0, \"swap\": 0}}", true), "");
	cr_expect(strstr(make("{\"memory\": {\"swap\": 5}}", true),
			 "needs memory.limit"));
	cr_expect(
		strstr(make("{\"memory\": {\"limit\": 9, \"swap\": 5}}", true),
		       "below memory.limit"));
}

Test(cgroup_settings, v2_cpu_and_pids)
{
	cr_expect_str_eq(
		make("{\"cpu\": {\"shares\": 1024, \"quota\": 5, \"period\": 6,"
		     "\"burst\": 4, \"idle\": 0, \"cpus\": \"0-1\", \"mems\": \"0\"},"
		     "\"pids\": {\"limit\": -1}}",
		     true),
		"cpu.idle=0\ncpu.weight=100\ncpu.max=5 6\ncpu.max.burst=4\n"
		"cpuset.cpus=0-1\ncpuset.mems=0\npids.max=max\n");
	cr_expect_str_eq(make("{\"cpu\": {\"quota\": -1}}", true),
			 "cpu.max=max\n");
	cr_expect_str_eq(make("{\"cpu\": {\"period\": 9}}", true),
			 "cpu.max=max 9\n");
	cr_expect_str_eq(make("{\"pids\": {\"limit\": 0}}", true),
			 "pids.max=0\n");
}

Test(cgroup_settings, v2_block_io_huge_pages_and_the_rest)
{
	cr_expect_str_eq(
		make("{\"blockIO\": {\"weight\": 1000, \"weightDevice\":"
		     "[{\"major\": 8, \"minor\": 1, \"weight\": 10}],"
		     "\"throttleReadBpsDevice\": [{\"major\": 8, \"minor\": 0, \"rate\": 5}]},"
		     "\"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 3}],"
		     "\"rdma\": {\"m\": {\"hcaHandles\": 1, \"hcaObjects\": 2}},"
		     "\"unified\": {\"memory.high\": \"4\"}}",
		     true),
		"io.bfq.weight=1000\nio.weight=default 10000\n"
		"io.bfq.weight=8:1 10\nio.weight=8:1 1\nio.max=8:0 rbps=5\n"
		"hugetlb.2MB.rsvd.max=3\nhugetlb.2MB.max=3\n"
		"rdma.max=m hca_handle=1 hca_object=2\nmemory.high=4\n");
}

Test(cgroup_settings, v2_refuses_by_name_what_it_does_not_have)
{
	static const char *const documents[][2] = {
		{ "{\"memory\": {\"swappiness\": 1}}", "memory.swappiness" },
		{ "{\"memory\": {\"disableOOMKiller\": true}}",
		  "memory.disableOOMKiller" },
		{ "{\"cpu\": {\"realtimePeriod\": 1}}", "cpu.realtime" },
		{ "{\"blockIO\": {\"leafWeight\": 10}}", "blockIO.leafWeight" },
		{ "{\"network\": {\"classID\": 1}}", "network.classID" },
		{ "{\"network\": {\"priorities\": [{\"name\": \"lo\", \"priority\": 1}]}}",
		  "network.priorities" },
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		const char *said = make(documents[i][0], true);

		cr_expect(strstr(said, documents[i][1]) &&
				  strstr(said, "cgroup v2"),
			  "%s", said);
	}
	cr_expect(strstr(make("{\"unified\": {\"a.b\": \"1\"}}", false),
			 "cgroup v2 only"));
}

Test(cgroup_settings, a_burst_above_the_quota_is_refused)
{
	static const char *const files[] = { "cpu.cfs_burst_us=",
					     "cpu.max.burst=" };

	for (int is_v2 = 0; is_v2 < 2; is_v2++) {
		cr_expect(strstr(
			make("{\"cpu\": {\"quota\": 5000, \"burst\": 5001}}",
			     is_v2),
			"cpu.burst (5001) is above cpu.quota (5000)"));
		cr_expect(strstr(
			make("{\"cpu\": {\"quota\": 5000, \"burst\": 5000}}",
			     is_v2),
			files[is_v2]));
		cr_expect(strstr(
			make("{\"cpu\": {\"quota\": -1, \"burst\": 5001}}",
			     is_v2),
			files[is_v2]));
	}
}

Test(cgroup_settings, v1_has_a_file_for_everything)
{
	cr_expect_str_eq(
		make("{\"memory\": {\"limit\": 1, \"swap\": 2, \"reservation\": 3,"
		     "\"swappiness\": 4, \"disableOOMKiller\": true},"
		     "\"cpu\": {\"shares\": 5, \"quota\": 6, \"period\": 7,"
		     "\"realtimeRuntime\": 8, \"realtimePeriod\": 9},"
		     "\"pids\": {\"limit\": 10},"
		     "\"network\": {\"classID\": 11, \"priorities\":"
		     "[{\"name\": \"lo\", \"priority\": 12}]},"
		     "\"blockIO\": {\"throttleWriteIOPSDevice\":"
		     "[{\"major\": 8, \"minor\": 0, \"rate\": 13}]}}",
		     false),
		"memory.limit_in_bytes=1\nmemory.memsw.limit_in_bytes=2\n"
		"memory.soft_limit_in_bytes=3\nmemory.swappiness=4\n"
		"memory.oom_control=1\ncpu.shares=5\ncpu.cfs_period_us=7\n"
		"cpu.cfs_quota_us=6\ncpu.rt_period_us=9\ncpu.rt_runtime_us=8\n"
		"pids.max=10\nblkio.throttle.write_iops_device=8:0 13\n"
		"net_cls.classid=11\nnet_prio.ifpriomap=lo 12\n");
	cr_expect(strstr(
		make("{\"devices\": [{\"allow\": false}, {\"allow\": true,"
		     "\"type\": \"c\", \"major\": 10, \"access\": \"rw\"}]}",
		     false),
		"devices.deny=a *:* rwm\ndevices.allow=c 10:* rw\n"
		"devices.allow=c *:* m\n"));
}

/* What a program of the few instructions that device_rules.c knows returns. */
static int run(const struct bpf_insn *program, uint32_t access, uint32_t major,
	       uint32_t minor)
{
	const uint32_t context[] = { access, major, minor };
	uint64_t r[8] = { 0 };

	for (const struct bpf_insn *i = program;; i++) {
		uint64_t other = i->code & BPF_X ? r[i->src_reg]
						 : (uint64_t)(int64_t)i->imm;
		uint64_t *to = &r[i->dst_reg];

		switch (i->code & ~BPF_X) {
		case BPF_LDX | BPF_MEM | BPF_W:
			*to = context[i->off / 4];
			break;
		case BPF_ALU64 | BPF_MOV:
			*to = other;
			break;
		case BPF_ALU | BPF_AND:
			*to = (uint32_t)(*to & other);
			break;
		case BPF_ALU | BPF_RSH:
			*to = (uint32_t)*to >> other;
			break;
		case BPF_JMP | BPF_JNE:
			i += *to != other ? i->off : 0;
			break;
		case BPF_JMP | BPF_JEQ:
			i += *to == other ? i->off : 0;
			break;
		case BPF_JMP | BPF_EXIT:
			return (int)r[0];
		default:
			cr_assert_fail("instruction 0x%x", i->code);
		}
	}
}

#define CHAR  BPF_DEVCG_DEV_CHAR
#define BLOCK BPF_DEVCG_DEV_BLOCK
#define MKNOD (BPF_DEVCG_ACC_MKNOD << 16)
#define READ  (BPF_DEVCG_ACC_READ << 16)
#define WRITE (BPF_DEVCG_ACC_WRITE << 16)

Test(cgroup_settings, rules_for_devices_are_enforced_by_bpf)
{
	struct spec_resources resources = { 0 };
	struct device_rules rules = { 0 };
	struct bpf_insn *program;
	size_t count;

	cr_assert_eq(
		spec_read_resources_text(
			"{\"devices\": [{\"allow\": false},"
			"{\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 200, \"access\": \"r\"},"
			"{\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 200, \"access\": \"w\"},"
			"{\"allow\": true, \"type\": \"b\", \"major\": 8},"
			"{\"allow\": false, \"type\": \"b\", \"major\": 8, \"minor\": 1, \"access\": \"w\"}]}",
			&resources, &err),
		0);
	device_rules_make(&resources, &rules);
	program = device_rules_program(&rules, &count);
	cr_expect_eq(run(program, CHAR | READ | WRITE, 1, 3), 1, "null");
	cr_expect_eq(run(program, CHAR | READ, 1, 11), 0, "kmsg");
	cr_expect_eq(run(program, CHAR | MKNOD, 1, 11), 1, "mknod");
	cr_expect_eq(run(program, CHAR | MKNOD | READ, 1, 11), 0);
	cr_expect_eq(run(program, CHAR | READ | WRITE, 10, 200), 1,
		     "two rules together");
	cr_expect_eq(run(program, CHAR | READ, 10, 201), 0);
	cr_expect_eq(run(program, BLOCK | READ | WRITE, 8, 0), 1);
	cr_expect_eq(run(program, BLOCK | READ, 8, 1), 1);
	cr_expect_eq(run(program, BLOCK | WRITE, 8, 1), 0, "a later rule");
	cr_expect_eq(run(program, BLOCK | READ, 9, 0), 0);
	free(program);
	device_rules_clear(&rules);
	spec_resources_clear(&resources);
}

Test(cgroup_settings, finds_the_hierarchies_of_a_hybrid_machine)
{
	struct cgroup_host host = { 0 };

	cgroup_host_parse(
		"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
		"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpu,cpuacct\n"
		"33 31 0:30 /outer /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
		"40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
		"41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
		"9:name=systemd:/x\n8:pids:/outer/here\n1:cpuacct,cpu:/\n0::/user.slice/a\n",
		&host);
	cr_assert_eq(host.count, 3);
	cr_expect_str_eq(host.items[0].controllers, "cpu,cpuacct");
	cr_expect_str_eq(host.items[0].own, "/");
	cr_expect_str_eq(host.items[1].own, "/here");
	cr_expect(host.items[2].is_v2);
	cr_expect_str_eq(host.items[2].mount, "/sys/fs/cgroup/unified");
	cr_expect_str_eq(host.items[2].own, "/user.slice/a");
	cr_expect_not(cgroup_host_is_v2(&host));
	cgroup_host_clear(&host);
	cgroup_host_parse("9 1 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
			  "0::/a\n", &host);
	cr_expect(cgroup_host_is_v2(&host));
	cgroup_host_clear(&host);
}
