// SPDX-License-Identifier: Apache-2.0
/* "process": what runs, as whom, with which rights and limits. */
#include <string.h>
#include <sys/resource.h>

#include "oci/capability.h"
#include "oci/rlimit.h"
#include "oci/spec_read_parts.h"

enum { OOM_SCORE_ADJ_MIN = -1000, OOM_SCORE_ADJ_MAX = 1000 };

static int read_console(const struct json_node *node, void *target,
			struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "height",
		  JSON_MEMBER(struct spec_process, rows),
		  .required = true },
		{ .key = "width",
		  JSON_MEMBER(struct spec_process, columns),
		  .required = true },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}

/* A variable that is given twice has its last value. */
static int read_variable(const struct json_node *node, void *target,
			 struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;

	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return json_fail(err, node, EINVAL,
				 "\"%s\" is not of the form NAME=VALUE", text);

	auto_free char *name = xstrndup(text, (size_t)(equals - text));

	spec_set_env(target, name, equals + 1);
	return 0;
}

static int read_id(const struct json_node *node, void *target,
		   struct error *err)
{
	uint64_t id;

	/* The largest is (uid_t)-1, which says "leave it". */
	if (json_get_u64(node, UINT32_MAX - 1, &id, err) < 0)
		return -err->code;
	*(uint32_t *)target = (uint32_t)id;
	return 0;
}

static int read_umask(const struct json_node *node, void *target,
		      struct error *err)
{
	struct spec_user *user = target;
	uint64_t mask;

	if (json_get_u64(node, 0777, &mask, err) < 0)
		return -err->code;
	user->umask = (mode_t)mask;
	user->has_umask = true;
	return 0;
}

static int read_group(const struct json_node *node, void *target,
		      struct error *err)
{
	struct spec_user *user = target;
	gid_t gid = 0;

	if (read_id(node, &gid, err) < 0)
		return -err->code;
	user->groups = xrealloc_array(user->groups, user->group_count + 1,
				      sizeof(*user->groups));
	user->groups[user->group_count++] = gid;
	return 0;
}

static const struct json_row user_rows[] = {
	{ .key = "uid",
	  .kind = JSON_READ,
	  .read = read_id,
	  .offset = offsetof(struct spec_user, uid) },
	{ .key = "gid",
	  .kind = JSON_READ,
	  .read = read_id,
	  .offset = offsetof(struct spec_user, gid) },
	{ .key = "umask", .kind = JSON_READ, .read = read_umask },
	{ .key = "additionalGids", .kind = JSON_EACH, .read = read_group },
	{ 0 },
};

/* Where the names of one set go. */
struct capability_names {
	uint64_t set;
	struct strv unknown;
};

static bool is_listed(const struct strv *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], text))
			return true;
	return false;
}

static int read_capability(const struct json_node *node, void *target,
			   struct error *err)
{
	struct capability_names *names = target;
	const char *name;

	if (json_get_string(node, &name, err) < 0)
		return -err->code;

	int number = capability_parse(name);

	if (number >= 0)
		names->set |= UINT64_C(1) << number;
	else
		strv_add(&names->unknown, xstrdup(name));
	return 0;
}

/* One of the five sets; which one, its key says. */
static int read_capability_set(const struct json_node *node, void *target,
			       struct error *err)
{
	static const struct {
		const char *key;
		size_t offset;
	} sets[] = {
		{ "bounding", offsetof(struct spec_capabilities, bounding) },
		{ "effective", offsetof(struct spec_capabilities, effective) },
		{ "inheritable",
		  offsetof(struct spec_capabilities, inheritable) },
		{ "permitted", offsetof(struct spec_capabilities, permitted) },
		{ "ambient", offsetof(struct spec_capabilities, ambient) },
	};
	struct spec_process *process = target;
	struct capability_names names = { 0 };
	int result = json_read_each(node, read_capability, &names, err);

	for (size_t i = 0; i < ARRAY_COUNT(sets); i++)
		if (!strcmp(sets[i].key, node->key))
			*(uint64_t *)((char *)&process->capabilities +
				      sets[i].offset) = names.set;
	for (size_t i = 0; i < names.unknown.count; i++)
		if (!is_listed(&process->unknown_capabilities,
			       names.unknown.items[i]))
			strv_add(&process->unknown_capabilities,
				 xstrdup(names.unknown.items[i]));
	strv_clear(&names.unknown);
	return result;
}

static const struct json_row capability_rows[] = {
	{ .key = "bounding", .kind = JSON_READ, .read = read_capability_set },
	{ .key = "effective", .kind = JSON_READ, .read = read_capability_set },
	{ .key = "inheritable",
	  .kind = JSON_READ,
	  .read = read_capability_set },
	{ .key = "permitted", .kind = JSON_READ, .read = read_capability_set },
	{ .key = "ambient", .kind = JSON_READ, .read = read_capability_set },
	{ 0 },
};

static int read_resource(const struct json_node *node, void *target,
			 struct error *err)
{
	int *ret = target, resource;
	const char *name;

	if (json_get_string(node, &name, err) < 0)
		return -err->code;
	resource = rlimit_parse(name);
	if (resource < 0)
		return json_fail(err, node, EINVAL, "unknown limit \"%s\"",
				 name);
	*ret = resource;
	return 0;
}

static int read_rlimit(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "type",
		  .kind = JSON_READ,
		  .read = read_resource,
		  .offset = offsetof(struct spec_rlimit, resource),
		  .required = true },
		{ .key = "soft",
		  JSON_MEMBER(struct spec_rlimit, soft),
		  .required = true },
		{ .key = "hard",
		  JSON_MEMBER(struct spec_rlimit, hard),
		  .required = true },
		{ 0 },
	};
	struct spec *spec = target;
	const struct spec_process *process = &spec->process;
	struct spec_rlimit limit;

	if (json_read_object(node, rows, &limit, err) < 0)
		return -err->code;
	for (size_t i = 0; i < process->rlimit_count; i++)
		if (process->rlimits[i].resource == limit.resource)
			return json_fail(err, node, EINVAL,
					 "this limit is given twice");
	if (limit.soft > limit.hard)
		return json_fail(err, node, EINVAL,
				 "the soft limit is above the hard one");
	spec_add_rlimit(spec, limit.resource, limit.soft, limit.hard);
	return 0;
}

static int read_oom_score(const struct json_node *node, void *target,
			  struct error *err)
{
	struct spec_process *process = target;
	int64_t score;

	if (json_get_integer(node, OOM_SCORE_ADJ_MIN, OOM_SCORE_ADJ_MAX, &score,
			     err) < 0)
		return -err->code;
	process->oom_score_adj = (int)score;
	process->has_oom_score_adj = true;
	return 0;
}

/* "unconfined" is what holds without a profile. */
static int read_apparmor(const struct json_node *node, void *target,
			 struct error *err)
{
	char **ret = target;
	const char *profile;

	if (json_get_string(node, &profile, err) < 0)
		return -err->code;
	if (*profile && strcmp(profile, "unconfined") != 0)
		*ret = xstrdup(profile);
	return 0;
}

static int read_selinux(const struct json_node *node, void *target,
			struct error *err)
{
	char **ret = target;
	const char *label;

	if (json_get_string(node, &label, err) < 0)
		return -err->code;
	if (*label)
		*ret = xstrdup(label);
	return 0;
}

#define PROCESS_MEMBER(member) JSON_MEMBER(struct spec, process.member)
#define PROCESS_OFFSET(member) .offset = offsetof(struct spec, process.member)

static const struct json_row process_rows[] = {
	{ .key = "terminal", PROCESS_MEMBER(terminal) },
	{ .key = "consoleSize",
	  .kind = JSON_READ,
	  .read = read_console,
	  .offset = offsetof(struct spec, process) },
	{ .key = "cwd",
	  .kind = JSON_READ,
	  .read = spec_read_absolute,
	  PROCESS_OFFSET(cwd),
	  .required = true },
	{ .key = "env", .kind = JSON_EACH, .read = read_variable },
	{ .key = "args", PROCESS_MEMBER(args), .required = true },
	{ .key = "user",
	  .kind = JSON_OBJECT,
	  .rows = user_rows,
	  PROCESS_OFFSET(user) },
	{ .key = "capabilities",
	  .kind = JSON_OBJECT,
	  .rows = capability_rows,
	  .offset = offsetof(struct spec, process) },
	{ .key = "noNewPrivileges", PROCESS_MEMBER(no_new_privileges) },
	{ .key = "rlimits", .kind = JSON_EACH, .read = read_rlimit },
	{ .key = "oomScoreAdj",
	  .kind = JSON_READ,
	  .read = read_oom_score,
	  .offset = offsetof(struct spec, process) },
	{ .key = "apparmorProfile",
	  .kind = JSON_READ,
	  .read = read_apparmor,
	  PROCESS_OFFSET(apparmor_profile) },
	{ .key = "selinuxLabel",
	  .kind = JSON_READ,
	  .read = read_selinux,
	  PROCESS_OFFSET(selinux_label) },
	{ .key = "scheduler",
	  .kind = JSON_READ,
	  .read = spec_read_scheduler,
	  PROCESS_OFFSET(scheduler) },
	{ .key = "ioPriority",
	  .kind = JSON_READ,
	  .read = spec_read_io_priority,
	  PROCESS_OFFSET(io_priority) },
	{ .key = "execCPUAffinity",
	  .kind = JSON_READ,
	  .read = spec_read_affinity,
	  PROCESS_OFFSET(affinity) },
	{ 0 },
};

int spec_read_process(const struct json_node *node, void *target,
		      struct error *err)
{
	struct spec *spec = target;
	struct json_node args = { .parent = node, .key = "args" };

	if (json_read_object(node, process_rows, spec, err) < 0)
		return -err->code;
	if (spec->process.args.count == 0)
		return json_fail(err, &args, EINVAL, "no command");
	spec->has_process = true;
	if (!spec->process.terminal)
		spec->process.rows = spec->process.columns = 0;
	return 0;
}
