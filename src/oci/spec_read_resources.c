// SPDX-License-Identifier: Apache-2.0
/* "linux.resources": limits by cgroup, as numbers and words. Whether they can
 * be set here is for cgroup/ to say.
 */
#include <string.h>

#include "base/log.h"
#include "oci/spec_read_parts.h"

static int read_number(const struct json_node *node, void *target,
		       struct error *err)
{
	struct spec_number *number = target;

	if (json_get_integer(node, INT64_MIN, INT64_MAX, &number->value, err) <
	    0)
		return -err->code;
	number->is_set = true;
	return 0;
}

/* For what the specification has as an unsigned number. */
static int read_unsigned(const struct json_node *node, void *target,
			 struct error *err)
{
	struct spec_number *number = target;

	if (json_get_integer(node, 0, INT64_MAX, &number->value, err) < 0)
		return -err->code;
	number->is_set = true;
	return 0;
}

static int read_percent(const struct json_node *node, void *target,
			struct error *err)
{
	struct spec_number *number = target;

	if (json_get_integer(node, 0, 100, &number->value, err) < 0)
		return -err->code;
	number->is_set = true;
	return 0;
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

#define RESOURCE(name, reader, member) \
	{ \
		.key = (name), .kind = JSON_READ, .read = (reader), \
		.offset = offsetof(struct spec_resources, member) \
	}
#define RESOURCE_MEMBER(name, member) \
	{ \
		.key = (name), JSON_MEMBER(struct spec_resources, member) \
	}

static const struct json_row memory_rows[] = {
	RESOURCE("limit", read_number, memory_limit),
	RESOURCE("reservation", read_number, memory_reservation),
	RESOURCE("swap", read_number, memory_swap),
	RESOURCE("kernel", note_ignored, memory_limit),
	RESOURCE("kernelTCP", note_ignored, memory_limit),
	RESOURCE("swappiness", read_percent, memory_swappiness),
	RESOURCE_MEMBER("disableOOMKiller", memory_disable_oom_killer),
	RESOURCE_MEMBER("useHierarchy", memory_use_hierarchy),
	RESOURCE_MEMBER("checkBeforeUpdate", memory_check_before_update),
	{ 0 },
};

static const struct json_row cpu_rows[] = {
	RESOURCE("shares", read_unsigned, cpu_shares),
	RESOURCE("quota", read_number, cpu_quota),
	RESOURCE("burst", read_unsigned, cpu_burst),
	RESOURCE("period", read_unsigned, cpu_period),
	RESOURCE("realtimeRuntime", read_number, cpu_realtime_runtime),
	RESOURCE("realtimePeriod", read_unsigned, cpu_realtime_period),
	RESOURCE("cpus", spec_read_id_list, cpu_cpus),
	RESOURCE("mems", spec_read_id_list, cpu_mems),
	RESOURCE("idle", read_number, cpu_idle),
	{ 0 },
};

static const struct json_row pids_rows[] = {
	RESOURCE("limit", read_number, pids_limit),
	{ 0 },
};

static int read_rule_type(const struct json_node *node, void *target,
			  struct error *err)
{
	char *ret = target;
	const char *type;

	if (json_get_string(node, &type, err) < 0)
		return -err->code;
	if (!*type)
		return 0;
	if (type[1] || !strchr("abc", *type))
		return json_fail(err, node, EINVAL, "\"%s\" is none of a, b, c",
				 type);
	*ret = *type;
	return 0;
}

static int read_rule_number(const struct json_node *node, void *target,
			    struct error *err)
{
	/* -1, as docker writes it, is all. */
	return json_get_integer(node, -1, UINT32_MAX, target, err);
}

static int read_access(const struct json_node *node, void *target,
		       struct error *err)
{
	struct spec_device_rule *rule = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (strspn(text, "rwm") != strlen(text))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is not made of r, w and m", text);
	rule->read = strchr(text, 'r');
	rule->write = strchr(text, 'w');
	rule->make_node = strchr(text, 'm');
	return 0;
}

static int read_rule(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "allow",
		  JSON_MEMBER(struct spec_device_rule, allow),
		  .required = true },
		{ .key = "type",
		  .kind = JSON_READ,
		  .read = read_rule_type,
		  .offset = offsetof(struct spec_device_rule, type) },
		{ .key = "major",
		  .kind = JSON_READ,
		  .read = read_rule_number,
		  .offset = offsetof(struct spec_device_rule, major) },
		{ .key = "minor",
		  .kind = JSON_READ,
		  .read = read_rule_number,
		  .offset = offsetof(struct spec_device_rule, minor) },
		{ .key = "access", .kind = JSON_READ, .read = read_access },
		{ 0 },
	};
	struct spec_resources *resources = target;
	struct spec_device_rule rule = {
		.type = 'a',
		.major = -1,
		.minor = -1,
		.read = true,
		.write = true,
		.make_node = true,
	};

	if (json_read_object(node, rows, &rule, err) < 0)
		return -err->code;
	resources->devices =
		xrealloc_array(resources->devices, resources->device_count + 1,
			       sizeof(*resources->devices));
	resources->devices[resources->device_count++] = rule;
	return 0;
}

static int read_hugepage(const struct json_node *node, void *target,
			 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "pageSize",
		  JSON_MEMBER(struct spec_hugepage_limit, size),
		  .required = true },
		{ .key = "limit",
		  JSON_MEMBER(struct spec_hugepage_limit, limit_bytes),
		  .required = true },
		{ 0 },
	};
	struct spec_resources *resources = target;
	struct spec_hugepage_limit *limit;

	resources->hugepages = xrealloc_array(resources->hugepages,
					      resources->hugepage_count + 1,
					      sizeof(*resources->hugepages));
	limit = &resources->hugepages[resources->hugepage_count++];
	*limit = (struct spec_hugepage_limit){ 0 };
	if (json_read_object(node, rows, limit, err) < 0)
		return -err->code;

	/* Of the kernel's file names: "64KB", "2MB", "1GB" */
	size_t digits = strspn(limit->size, "0123456789");

	if (!digits || (strcmp(limit->size + digits, "KB") != 0 &&
			strcmp(limit->size + digits, "MB") != 0 &&
			strcmp(limit->size + digits, "GB") != 0))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no page size such as 2MB",
				 limit->size);
	return 0;
}

static int read_priority(const struct json_node *node, void *target,
			 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "name",
		  JSON_MEMBER(struct spec_network_priority, interface),
		  .required = true },
		{ .key = "priority",
		  JSON_MEMBER(struct spec_network_priority, priority),
		  .required = true },
		{ 0 },
	};
	struct spec_resources *resources = target;
	size_t count = resources->network_priority_count++;

	resources->network_priorities =
		xrealloc_array(resources->network_priorities, count + 1,
			       sizeof(*resources->network_priorities));
	resources->network_priorities[count] =
		(struct spec_network_priority){ 0 };
	return json_read_object(node, rows,
				&resources->network_priorities[count], err);
}

static const struct json_row network_rows[] = {
	RESOURCE("classID", read_unsigned, network_class),
	{ .key = "priorities", .kind = JSON_EACH, .read = read_priority },
	{ 0 },
};

static int read_rdma(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "hcaHandles",
		  .kind = JSON_READ,
		  .read = read_unsigned,
		  .offset = offsetof(struct spec_rdma_limit, handles) },
		{ .key = "hcaObjects",
		  .kind = JSON_READ,
		  .read = read_unsigned,
		  .offset = offsetof(struct spec_rdma_limit, objects) },
		{ 0 },
	};
	struct spec_resources *resources = target;
	struct spec_rdma_limit *limit;

	resources->rdma =
		xrealloc_array(resources->rdma, resources->rdma_count + 1,
			       sizeof(*resources->rdma));
	limit = &resources->rdma[resources->rdma_count++];
	*limit = (struct spec_rdma_limit){ .device = xstrdup(node->key) };
	if (json_read_object(node, rows, limit, err) < 0)
		return -err->code;
	if (!limit->handles.is_set && !limit->objects.is_set)
		return json_fail(err, node, EINVAL,
				 "neither hcaHandles nor hcaObjects");
	return 0;
}

static int read_unified(const struct json_node *node, void *target,
			struct error *err)
{
	struct spec_resources *resources = target;
	const char *value;

	if (json_get_string(node, &value, err) < 0)
		return -err->code;
	/* A file of the cgroup's own directory, and no other. */
	if (!*node->key || strchr(node->key, '/') || strchr(node->key, '=') ||
	    *node->key == '.')
		return json_fail(err, node, EINVAL,
				 "the key is not the name of a cgroup's file");
	strv_addf(&resources->unified, "%s=%s", node->key, value);
	return 0;
}

static const struct json_row resources_rows[] = {
	{ .key = "devices", .kind = JSON_EACH, .read = read_rule },
	{ .key = "memory", .kind = JSON_OBJECT, .rows = memory_rows },
	{ .key = "cpu", .kind = JSON_OBJECT, .rows = cpu_rows },
	{ .key = "pids", .kind = JSON_OBJECT, .rows = pids_rows },
	{ .key = "blockIO", .kind = JSON_READ, .read = spec_read_block_io },
	{ .key = "network", .kind = JSON_OBJECT, .rows = network_rows },
	{ .key = "hugepageLimits", .kind = JSON_EACH, .read = read_hugepage },
	{ .key = "rdma", .kind = JSON_ENTRIES, .read = read_rdma },
	{ .key = "unified", .kind = JSON_ENTRIES, .read = read_unified },
	{ 0 },
};

int spec_read_resources(const struct json_node *node, void *target,
			struct error *err)
{
	return json_read_object(node, resources_rows, target, err);
}
