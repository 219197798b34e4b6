// SPDX-License-Identifier: Apache-2.0
/* The parts of "linux" that set one thing of the kernel's each: clocks, network
 * devices, memory, execution domain, cache allocation.
 */
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/personality.h>

#include "oci/spec_read_parts.h"

enum { NANOSECONDS_MAX = 999999999, INTERFACE_NAME_MAX = 15 };

static int read_nanoseconds(const struct json_node *node, void *target,
			    struct error *err)
{
	uint64_t nanoseconds;

	if (json_get_u64(node, NANOSECONDS_MAX, &nanoseconds, err) < 0)
		return -err->code;
	*(uint32_t *)target = (uint32_t)nanoseconds;
	return 0;
}

static int read_seconds(const struct json_node *node, void *target,
			struct error *err)
{
	return json_get_integer(node, INT64_MIN, INT64_MAX, target, err);
}

int spec_read_time_offset(const struct json_node *node, void *target,
			  struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "secs",
		  .kind = JSON_READ,
		  .read = read_seconds,
		  .offset = offsetof(struct spec_time_offset, secs) },
		{ .key = "nanosecs",
		  .kind = JSON_READ,
		  .read = read_nanoseconds,
		  .offset = offsetof(struct spec_time_offset, nanosecs) },
		{ 0 },
	};
	struct spec *spec = target;
	bool is_monotonic = !strcmp(node->key, "monotonic");
	struct spec_time_offset *offset =
		is_monotonic ? &spec->monotonic : &spec->boottime;

	if (!is_monotonic && strcmp(node->key, "boottime") != 0)
		return json_fail(err, node, EINVAL,
				 "there is no clock of this name to be moved");
	offset->is_set = true;
	return json_read_object(node, rows, offset, err);
}

static bool is_interface_name(const char *name)
{
	return *name && strlen(name) <= INTERFACE_NAME_MAX &&
	       !strpbrk(name, "/: \t\n") && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

int spec_read_net_device(const struct json_node *node, void *target,
			 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "name",
		  JSON_MEMBER(struct spec_net_device, new_name) },
		{ 0 },
	};
	struct spec *spec = target;
	struct spec_net_device *device;

	if (!spec->namespaces[NS_NETWORK].wanted)
		return json_fail(
			err, node, EINVAL,
			"needs a network namespace, and /linux/namespaces has none");
	spec->net_devices =
		xrealloc_array(spec->net_devices, spec->net_device_count + 1,
			       sizeof(*spec->net_devices));
	device = &spec->net_devices[spec->net_device_count++];
	*device = (struct spec_net_device){ .name = xstrdup(node->key) };
	if (json_read_object(node, rows, device, err) < 0)
		return -err->code;
	if (device->new_name && !*device->new_name) {
		free(device->new_name);
		device->new_name = NULL;
	}
	if (!is_interface_name(device->name) ||
	    (device->new_name && !is_interface_name(device->new_name)))
		return json_fail(err, node, EINVAL,
				 "not the name of a network interface");
	return 0;
}

static int read_domain(const struct json_node *node, void *target,
		       struct error *err)
{
	struct spec *spec = target;
	const char *domain;

	if (json_get_string(node, &domain, err) < 0)
		return -err->code;
	if (!strcmp(domain, "LINUX"))
		spec->personality = PER_LINUX;
	else if (!strcmp(domain, "LINUX32"))
		spec->personality = PER_LINUX32;
	else
		return json_fail(err, node, EINVAL,
				 "\"%s\" is neither LINUX nor LINUX32", domain);
	spec->has_personality = true;
	return 0;
}

int spec_read_personality(const struct json_node *node, void *target,
			  struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "domain",
		  .kind = JSON_READ,
		  .read = read_domain,
		  .required = true },
		/* The specification has none yet. */
		{ .key = "flags", .kind = JSON_UNSUPPORTED },
		{ 0 },
	};

	return json_is_empty(node) ? 0
				   : json_read_object(node, rows, target, err);
}

static const struct {
	const char *word;
	int mode;
	bool takes_nodes, needs_nodes;
} modes[] = {
	{ "MPOL_DEFAULT", MPOL_DEFAULT, false, false },
	{ "MPOL_PREFERRED", MPOL_PREFERRED, true, false },
	{ "MPOL_BIND", MPOL_BIND, true, true },
	{ "MPOL_INTERLEAVE", MPOL_INTERLEAVE, true, true },
	{ "MPOL_LOCAL", MPOL_LOCAL, false, false },
	{ "MPOL_PREFERRED_MANY", MPOL_PREFERRED_MANY, true, true },
	{ "MPOL_WEIGHTED_INTERLEAVE", 6, true, true }, /* Linux 6.9 */
};

static int read_mode(const struct json_node *node, void *target,
		     struct error *err)
{
	struct spec_memory_policy *policy = target;
	const char *word;

	if (json_get_string(node, &word, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
		if (!strcmp(modes[i].word, word)) {
			policy->mode = modes[i].mode;
			return 0;
		}
	return json_fail(err, node, EINVAL, "unknown mode \"%s\"", word);
}

static int read_mode_flag(const struct json_node *node, void *target,
			  struct error *err)
{
	static const struct {
		const char *word;
		int flag;
	} flags[] = {
		{ "MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING },
		{ "MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES },
		{ "MPOL_F_STATIC_NODES", MPOL_F_STATIC_NODES },
	};
	struct spec_memory_policy *policy = target;
	const char *word;

	if (json_get_string(node, &word, err) < 0)
		return -err->code;
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
		if (!strcmp(flags[i].word, word)) {
			policy->mode |= flags[i].flag;
			return 0;
		}
	return json_fail(err, node, EINVAL, "unknown flag \"%s\"", word);
}

static int check_policy(const struct json_node *node,
			const struct spec_memory_policy *policy,
			struct error *err)
{
	const int both = MPOL_F_RELATIVE_NODES | MPOL_F_STATIC_NODES;
	int mode = policy->mode & ~(int)MPOL_MODE_FLAGS;

	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		if (modes[i].mode != mode)
			continue;
		if (policy->nodes && !modes[i].takes_nodes)
			return json_fail(err, node, EINVAL, "%s takes no nodes",
					 modes[i].word);
		if (!policy->nodes && modes[i].needs_nodes)
			return json_fail(err, node, EINVAL, "%s needs nodes",
					 modes[i].word);
	}
	if ((policy->mode & both) == both)
		return json_fail(
			err, node, EINVAL,
			"nodes can't be both MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES");
	return 0;
}

int spec_read_memory_policy(const struct json_node *node, void *target,
			    struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "mode",
		  .kind = JSON_READ,
		  .read = read_mode,
		  .required = true },
		{ .key = "flags", .kind = JSON_EACH, .read = read_mode_flag },
		{ .key = "nodes",
		  .kind = JSON_READ,
		  .read = spec_read_id_list,
		  .offset = offsetof(struct spec_memory_policy, nodes) },
		{ 0 },
	};
	struct spec_memory_policy *policy = target;

	if (json_is_empty(node))
		return 0;
	policy->is_set = true;
	if (json_read_object(node, rows, policy, err) < 0)
		return -err->code;
	return check_policy(node, policy, err);
}

/* A directory of resctrl's, by name. */
static int read_clos_id(const struct json_node *node, void *target,
			struct error *err)
{
	char **ret = target;
	const char *id;

	if (json_get_string(node, &id, err) < 0)
		return -err->code;
	if (!*id)
		return 0;
	if (strchr(id, '/') || !strcmp(id, ".") || !strcmp(id, ".."))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no directory name", id);
	*ret = xstrdup(id);
	return 0;
}

int spec_read_intel_rdt(const struct json_node *node, void *target,
			struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "closID",
		  .kind = JSON_READ,
		  .read = read_clos_id,
		  .offset = offsetof(struct spec_intel_rdt, clos_id) },
		{ .key = "l3CacheSchema",
		  JSON_MEMBER(struct spec_intel_rdt, l3_cache_schema) },
		{ .key = "memBwSchema",
		  JSON_MEMBER(struct spec_intel_rdt, mem_bw_schema) },
		{ .key = "schemata",
		  JSON_MEMBER(struct spec_intel_rdt, schemata) },
		{ .key = "enableMonitoring",
		  JSON_MEMBER(struct spec_intel_rdt, enable_monitoring) },
		{ 0 },
	};
	struct spec_intel_rdt *rdt = target;

	if (json_is_empty(node))
		return 0;
	rdt->is_set = true;
	return json_read_object(node, rows, rdt, err);
}
