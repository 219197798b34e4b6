// SPDX-License-Identifier: Apache-2.0
/* "linux.resources": containers run without a cgroup of their own, so what
 * would limit something fails by name. Engines write the section out with
 * nothing in it, or with zeros and -1 for "no limit": that is no failure, and
 * neither is the device list, which no rootless runtime can enforce (and in a
 * user namespace nobody can make a device).
 */
#include "base/log.h"
#include "oci/spec_read_parts.h"

static int refuse(const struct json_node *node, struct error *err)
{
	return json_fail(err, node, EOPNOTSUPP,
			 "limits by cgroup are not supported");
}

must_check static int refuse_from(const struct json_node *node, int64_t least,
				  struct error *err)
{
	int64_t number;

	if (json_get_integer(node, INT64_MIN, INT64_MAX, &number, err) < 0)
		return -err->code;
	return number >= least ? refuse(node, err) : 0;
}

/* 0 and less: none. */
static int read_positive(const struct json_node *node, void *target,
			 struct error *err)
{
	(void)target;
	return refuse_from(node, 1, err);
}

/* Less than 0: none. */
static int read_limit(const struct json_node *node, void *target,
		      struct error *err)
{
	(void)target;
	return refuse_from(node, 0, err);
}

static int read_switch(const struct json_node *node, void *target,
		       struct error *err)
{
	bool on;

	(void)target;
	if (json_get_bool(node, &on, err) < 0)
		return -err->code;
	return on ? refuse(node, err) : 0;
}

/* Kernel memory: the specification lets runtimes ignore it. */
static int note_ignored(const struct json_node *node, void *target,
			struct error *err)
{
	auto_free char *place = json_place(node);

	(void)target;
	(void)err;
	log_warning("%s is ignored: kernels have no such limit any more",
		    place);
	return 0;
}

#define READ(name, reader) \
	{ \
		.key = (name), .kind = JSON_READ, .read = (reader) \
	}
#define UNSUPPORTED(name) \
	{ \
		.key = (name), .kind = JSON_UNSUPPORTED \
	}

static const struct json_row memory_rows[] = {
	READ("limit", read_positive),
	READ("reservation", read_positive),
	READ("swap", read_positive),
	READ("kernel", note_ignored),
	READ("kernelTCP", note_ignored),
	READ("swappiness", read_limit),
	READ("disableOOMKiller", read_switch),
	{ 0 },
};

static const struct json_row cpu_rows[] = {
	READ("shares", read_positive),
	READ("quota", read_positive),
	READ("burst", read_positive),
	READ("period", read_positive),
	READ("realtimeRuntime", read_positive),
	READ("realtimePeriod", read_positive),
	READ("idle", read_positive),
	UNSUPPORTED("cpus"),
	UNSUPPORTED("mems"),
	{ 0 },
};

static const struct json_row pids_rows[] = {
	READ("limit", read_limit),
	{ 0 },
};

static const struct json_row block_io_rows[] = {
	READ("weight", read_positive),
	READ("leafWeight", read_positive),
	UNSUPPORTED("weightDevice"),
	UNSUPPORTED("throttleReadBpsDevice"),
	UNSUPPORTED("throttleWriteBpsDevice"),
	UNSUPPORTED("throttleReadIOPSDevice"),
	UNSUPPORTED("throttleWriteIOPSDevice"),
	{ 0 },
};

static const struct json_row network_rows[] = {
	READ("classID", read_positive),
	UNSUPPORTED("priorities"),
	{ 0 },
};

static const struct json_row resources_rows[] = {
	{ .key = "memory", .kind = JSON_OBJECT, .rows = memory_rows },
	{ .key = "cpu", .kind = JSON_OBJECT, .rows = cpu_rows },
	{ .key = "pids", .kind = JSON_OBJECT, .rows = pids_rows },
	{ .key = "blockIO", .kind = JSON_OBJECT, .rows = block_io_rows },
	{ .key = "network", .kind = JSON_OBJECT, .rows = network_rows },
	UNSUPPORTED("hugepageLimits"),
	UNSUPPORTED("rdma"),
	UNSUPPORTED("unified"),
	{ 0 },
};

int spec_read_resources(const struct json_node *node, void *target,
			struct error *err)
{
	return json_read_object(node, resources_rows, target, err);
}
