// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cgroup/oom.h"
#include "cgroup/stats.h"
#include "tests/unit/scratch.h"

static struct error err;

static int dir;

static void make(void)
{
	dir = scratch_open();
}

static void put(const char *name, const char *text)
{
	scratch_write(dir, name, text);
}

/* The figures as text; owned. */
static char *stats_of(const struct cgroup *cgroup)
{
	auto_json struct json_object *object = NULL;

	cr_assert_eq(cgroup_stats(cgroup, &object, &err), 0, "%s", err.text);
	return xstrdup(
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
}

static void expect_part(const char *all, const char *part)
{
	cr_expect(strstr(all, part), "wanted %s in %s", part, all);
}

Test(cgroup_stats, of_version_2, .init = make, .fini = scratch_remove)
{
	auto_free char *path = xstrdup(scratch_path());
	const struct cgroup cgroup = { .v2 = path };

	put("cpu.stat", "usage_usec 30\nuser_usec 20\nsystem_usec 10\n"
			"nr_periods 3\nnr_throttled 2\nthrottled_usec 1\n");
	put("cpu.pressure", "some avg10=1.50 avg60=0.00 avg300=0.00 total=7\n"
			    "full avg10=0.00 avg60=0.00 avg300=0.00 total=6\n");
	put("cpuset.cpus.effective", "0-2,5\n");
	put("cpuset.mems.effective", "0\n");
	put("memory.current", "4096\n");
	put("memory.max", "max\n");
	put("memory.peak", "8192\n");
	put("memory.swap.current", "1\n");
	put("memory.swap.max", "2\n");
	put("memory.stat", "anon 1\nfile 2\nkernel 3\nsock 4\n");
	put("memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\n");
	put("pids.current", "5\n");
	put("pids.max", "max\n");
	put("io.stat",
	    "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n");
	put("hugetlb.2MB.current", "2097152\n");
	put("hugetlb.2MB.events", "max 4\n");
	put("hugetlb.2MB.rsvd.current", "0\n");

	auto_free char *text = stats_of(&cgroup);

	expect_part(
		text,
		"\"usage\":{\"total\":30000,\"kernel\":10000,\"user\":20000}");
	expect_part(text,
		    "\"throttling\":{\"periods\":3,\"throttledPeriods\":2,"
		    "\"throttledTime\":1000}");
	expect_part(text, "\"psi\":{\"some\":{\"avg10\":1.5,");
	expect_part(text, "\"cpuset\":{\"cpus\":[0,1,2,5],\"mems\":[0]}");
	expect_part(text, "\"usage\":{\"limit\":18446744073709551615,"
			  "\"usage\":4096,\"max\":8192,\"failcnt\":9}");
	expect_part(text, "\"swap\":{\"limit\":2,\"usage\":1}");
	expect_part(text, "\"kernel\":{\"usage\":3}");
	expect_part(text, "\"kernelTCP\":{\"usage\":4}");
	expect_part(text, "\"raw\":{\"anon\":1,\"file\":2,");
	expect_part(text, "\"pids\":{\"current\":5,\"limit\":0}");
	expect_part(text,
		    "\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":16,"
		    "\"op\":\"Read\",\"value\":1},");
	expect_part(text,
		    "\"hugetlb\":{\"2MB\":{\"usage\":2097152,\"failcnt\":4}}");
	cr_expect_eq(cgroup_oom_kills(&cgroup), 1);
}

Test(cgroup_stats, of_version_1, .init = make, .fini = scratch_remove)
{
	auto_with(strv_clear) struct strv v1 = { 0 };
	struct cgroup cgroup = { 0 };

	strv_addf(&v1, "cpu,cpuacct,cpuset,memory,blkio,hugetlb,pids=%s",
		  scratch_path());
	cgroup.v1 = v1;
	put("cpuacct.usage", "30\n");
	put("cpuacct.usage_percpu", "10 20\n");
	put("cpuacct.usage_all", "cpu user system\n0 4 6\n1 15 5\n");
	put("cpuset.cpus", "1,3\n");
	put("cpuset.mems", "0-1\n");
	put("cpuset.sched_load_balance", "1\n");
	put("cpuset.sched_relax_domain_level", "-1\n");
	put("memory.oom_control",
	    "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	put("blkio.throttle.io_service_bytes_recursive",
	    "8:0 Read 4096\n8:0 Write 1\nTotal 4097\n");
	put("blkio.throttle.io_serviced_recursive", "Total 0\n");
	put("blkio.bfq.time_recursive", "8:0 77\n");
	put("hugetlb.1GB.usage_in_bytes", "0\n");
	put("hugetlb.1GB.max_usage_in_bytes", "1073741824\n");
	put("hugetlb.1GB.failcnt", "2\n");

	auto_free char *text = stats_of(&cgroup);

	expect_part(text, "\"total\":30,\"percpu\":[10,20],"
			  "\"percpu_kernel\":[6,5],\"percpu_user\":[4,15]");
	expect_part(text, "\"cpuset\":{\"cpus\":[1,3],\"mems\":[0,1],"
			  "\"sched_load_balance\":1,"
			  "\"sched_relax_domain_level\":-1}");
	expect_part(
		text,
		"\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":0,"
		"\"op\":\"Read\",\"value\":4096},{\"major\":8,\"minor\":0,"
		"\"op\":\"Write\",\"value\":1}],\"ioServicedRecursive\":[],");
	expect_part(text, "\"ioTimeRecursive\":[{\"major\":8,\"minor\":0,"
			  "\"op\":\"\",\"value\":77}]");
	expect_part(text, "\"hugetlb\":{\"1GB\":{\"usage\":0,"
			  "\"max\":1073741824,\"failcnt\":2}}");
	cr_expect_eq(cgroup_oom_kills(&cgroup), 3);
}

Test(cgroup_stats, without_a_cgroup_there_are_none)
{
	const struct cgroup none = { 0 };
	struct json_object *object = NULL;

	cr_expect_eq(cgroup_stats(&none, &object, &err), -EOPNOTSUPP);
	cr_expect_eq(cgroup_oom_kills(&none), 0);
}
