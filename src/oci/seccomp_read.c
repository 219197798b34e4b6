// SPDX-License-Identifier: Apache-2.0
/* Both forms share a reader: docker's has properties more. Where the
 * runtime-spec's form is wanted they are unknown, and so ignored.
 */
#include "oci/seccomp_read.h"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>

#include "base/log.h"
#include "oci/seccomp_condition.h"
#include "oci/seccomp_names.h"

enum { ERRNO_MAX = 4095 };

/* "errnoRet", or "errno" in docker's form */
struct errno_value {
	bool given;
	uint32_t code;
};

struct action_value {
	uint32_t action; /* without errno */
	struct errno_value code;
};

/* One element of "syscalls" */
struct entry {
	struct action_value action;
	struct strv names;
	struct seccomp_arg *args;
	size_t arg_count;
	struct seccomp_condition includes, excludes;
};

struct reading {
	const uint64_t *capabilities; /* NULL: the runtime-spec's form */
	struct seccomp_profile *profile;
	struct action_value default_action;
};

static void clear_entry(struct entry *entry)
{
	strv_clear(&entry->names);
	free(entry->args);
	seccomp_condition_clear(&entry->includes);
	seccomp_condition_clear(&entry->excludes);
}

must_check static int find_word(const struct json_node *node, const char *what,
				bool (*find)(const char *, uint32_t *),
				uint32_t *ret, struct error *err)
{
	const char *name;

	if (json_get_string(node, &name, err) < 0)
		return -err->code;
	if (!find(name, ret))
		return json_fail(err, node, EINVAL, "unknown %s \"%s\"", what,
				 name);
	return 0;
}

static int read_action(const struct json_node *node, void *target,
		       struct error *err)
{
	return find_word(node, "action", seccomp_find_action, target, err);
}

static int read_errno(const struct json_node *node, void *target,
		      struct error *err)
{
	struct errno_value *ret = target;
	uint64_t code;

	if (json_get_u64(node, ERRNO_MAX, &code, err) < 0)
		return -err->code;
	*ret = (struct errno_value){ true, (uint32_t)code };
	return 0;
}

static int read_errno_name(const struct json_node *node, void *target,
			   struct error *err)
{
	struct errno_value *ret = target;

	if (json_is_empty(node))
		return 0;
	ret->given = true;
	return find_word(node, "errno", seccomp_find_errno, &ret->code, err);
}

/* @node holds the action and its errno. */
must_check static int join_action(const struct json_node *node,
				  const struct action_value *value,
				  uint32_t *ret, struct error *err)
{
	bool takes_errno = value->action == SCMP_ACT_ERRNO(0) ||
			   value->action == SCMP_ACT_TRACE(0);

	if (value->code.given && !takes_errno)
		return json_fail(err, node, EINVAL,
				 "an errno with an action that returns none");
	*ret = value->action;
	if (takes_errno)
		*ret |= value->code.given ? value->code.code : EPERM;
	return 0;
}

static int read_operator(const struct json_node *node, void *target,
			 struct error *err)
{
	return find_word(node, "operator", seccomp_find_operator, target, err);
}

static int read_arg(const struct json_node *node, void *target,
		    struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "index",
		  JSON_MEMBER(struct seccomp_arg, index),
		  .required = true },
		{ .key = "value",
		  JSON_MEMBER(struct seccomp_arg, value),
		  .required = true },
		{ .key = "valueTwo",
		  JSON_MEMBER(struct seccomp_arg, value_two) },
		{ .key = "op",
		  .kind = JSON_READ,
		  .read = read_operator,
		  .offset = offsetof(struct seccomp_arg, op),
		  .required = true },
		{ 0 },
	};
	struct entry *entry = target;
	struct seccomp_arg arg = { 0 };

	if (json_read_object(node, rows, &arg, err) < 0)
		return -err->code;
	if (arg.index > 5)
		return json_fail(err, node, EINVAL,
				 "index %u, a call has arguments 0 to 5",
				 arg.index);
	entry->args = xrealloc_array(entry->args, entry->arg_count + 1,
				     sizeof(*entry->args));
	entry->args[entry->arg_count++] = arg;
	return 0;
}

static int read_name(const struct json_node *node, void *target,
		     struct error *err)
{
	struct entry *entry = target;
	const char *name;

	if (json_get_string(node, &name, err) < 0)
		return -err->code;
	if (*name)
		strv_add(&entry->names, xstrdup(name));
	return 0;
}

static const struct json_row entry_rows[] = {
	{ .key = "names", JSON_MEMBER(struct entry, names) },
	{ .key = "action",
	  .kind = JSON_READ,
	  .read = read_action,
	  .offset = offsetof(struct entry, action.action),
	  .required = true },
	{ .key = "errnoRet",
	  .kind = JSON_READ,
	  .read = read_errno,
	  .offset = offsetof(struct entry, action.code) },
	{ .key = "args", .kind = JSON_EACH, .read = read_arg },
	{ 0 },
};

/* podman's profiles give an errno by name and by number: the number is read
 * last.
 */
static const struct json_row docker_entry_rows[] = {
	{ .key = "name", .kind = JSON_READ, .read = read_name },
	{ .key = "errno",
	  .kind = JSON_READ,
	  .read = read_errno_name,
	  .offset = offsetof(struct entry, action.code) },
	{ .key = "includes",
	  .kind = JSON_READ,
	  .read = seccomp_condition_read,
	  .offset = offsetof(struct entry, includes) },
	{ .key = "excludes",
	  .kind = JSON_READ,
	  .read = seccomp_condition_read,
	  .offset = offsetof(struct entry, excludes) },
	{ .rows = entry_rows },
};

/* Hands the entry's names and arguments over to a rule. */
static void add_rule(struct seccomp_profile *profile, uint32_t action,
		     struct entry *entry)
{
	profile->rules = xrealloc_array(profile->rules, profile->rule_count + 1,
					sizeof(*profile->rules));
	profile->rules[profile->rule_count++] = (struct seccomp_rule){
		.names = entry->names,
		.action = action,
		.args = entry->args,
		.arg_count = entry->arg_count,
	};
	entry->names = (struct strv){ 0 };
	entry->args = NULL;
}

static int read_entry(const struct json_node *node, void *target,
		      struct error *err)
{
	struct reading *reading = target;
	auto_with(clear_entry) struct entry entry = { 0 };
	const uint64_t *held = reading->capabilities;
	uint32_t action = 0;

	if (json_read_object(node, held ? docker_entry_rows : entry_rows,
			     &entry, err) < 0 ||
	    join_action(node, &entry.action, &action, err) < 0)
		return -err->code;
	if (entry.names.count == 0)
		return json_fail(err, node, EINVAL, "no names");
	if (!held || (seccomp_condition_includes(&entry.includes, *held) &&
		      !seccomp_condition_excludes(&entry.excludes, *held)))
		add_rule(reading->profile, action, &entry);
	return 0;
}

must_check static int find_architecture(const struct json_node *node,
					uint32_t *ret, struct error *err)
{
	if (find_word(node, "architecture", seccomp_find_architecture, ret,
		      err) < 0)
		return -err->code;
	if (!*ret)
		log_warning(
			"seccomp: architecture %zu is passed over: libseccomp doesn't know it",
			node->index);
	return 0;
}

static int read_architecture(const struct json_node *node, void *target,
			     struct error *err)
{
	struct reading *reading = target;
	struct seccomp_profile *profile = reading->profile;
	uint32_t arch = 0;

	if (find_architecture(node, &arch, err) < 0)
		return -err->code;
	if (!arch)
		return 0;
	profile->architectures = xrealloc_array(
		profile->architectures, profile->architecture_count + 1,
		sizeof(*profile->architectures));
	profile->architectures[profile->architecture_count++] = arch;
	return 0;
}

/* The element of "archMap" for our architecture names those that come along. */
static int read_arch_map(const struct json_node *node, void *target,
			 struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "architecture",
		  .kind = JSON_READ,
		  .read = read_architecture,
		  .required = true },
		{ .key = "subArchitectures",
		  .kind = JSON_EACH,
		  .read = read_architecture },
		{ 0 },
	};
	struct reading *reading = target;
	struct seccomp_profile found = { 0 };
	struct reading inner = { .profile = &found };
	int result = json_read_object(node, rows, &inner, err);

	if (result == 0 && found.architecture_count > 0 &&
	    found.architectures[0] == seccomp_arch_native()) {
		free(reading->profile->architectures);
		reading->profile->architectures = found.architectures;
		reading->profile->architecture_count = found.architecture_count;
		return 0;
	}
	seccomp_profile_clear(&found);
	return result;
}

static int add_flag(const struct json_node *node, void *target,
		    struct error *err)
{
	unsigned long *flags = target;
	uint32_t flag = 0;

	if (find_word(node, "flag", seccomp_find_flag, &flag, err) < 0)
		return -err->code;
	*flags |= flag;
	return 0;
}

/* Given, even empty, the list replaces the default. */
static int read_flags(const struct json_node *node, void *target,
		      struct error *err)
{
	struct reading *reading = target;

	reading->profile->flags = 0;
	return json_read_each(node, add_flag, &reading->profile->flags, err);
}

static int read_listener_path(const struct json_node *node, void *target,
			      struct error *err)
{
	struct reading *reading = target;
	const char *path;

	if (json_get_string(node, &path, err) < 0)
		return -err->code;
	if (!*path)
		return 0;
	if (*path != '/')
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no absolute path", path);
	reading->profile->listener_path = xstrdup(path);
	return 0;
}

static int read_listener_metadata(const struct json_node *node, void *target,
				  struct error *err)
{
	struct reading *reading = target;
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (*text)
		reading->profile->listener_metadata = xstrdup(text);
	return 0;
}

static const struct json_row profile_rows[] = {
	{ .key = "defaultAction",
	  .kind = JSON_READ,
	  .read = read_action,
	  .offset = offsetof(struct reading, default_action.action),
	  .required = true },
	{ .key = "defaultErrnoRet",
	  .kind = JSON_READ,
	  .read = read_errno,
	  .offset = offsetof(struct reading, default_action.code) },
	{ .key = "architectures",
	  .kind = JSON_EACH,
	  .read = read_architecture },
	{ .key = "flags", .kind = JSON_READ, .read = read_flags },
	{ .key = "listenerPath",
	  .kind = JSON_READ,
	  .read = read_listener_path },
	{ .key = "listenerMetadata",
	  .kind = JSON_READ,
	  .read = read_listener_metadata },
	{ .key = "syscalls", .kind = JSON_EACH, .read = read_entry },
	{ 0 },
};

static const struct json_row docker_profile_rows[] = {
	{ .key = "defaultErrno",
	  .kind = JSON_READ,
	  .read = read_errno_name,
	  .offset = offsetof(struct reading, default_action.code) },
	{ .key = "archMap", .kind = JSON_EACH, .read = read_arch_map },
	{ .rows = profile_rows },
};

int seccomp_read_node(const struct json_node *node,
		      const uint64_t *capabilities, struct seccomp_profile *ret,
		      struct error *err)
{
	struct reading reading = {
		.capabilities = capabilities,
		.profile = ret,
	};

	ret->kind = SECCOMP_PROFILE;
	ret->flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	if (json_read_object(node,
			     capabilities ? docker_profile_rows : profile_rows,
			     &reading, err) < 0)
		return -err->code;
	if (ret->listener_metadata && !ret->listener_path)
		return json_fail(err, node, EINVAL,
				 "listenerMetadata without listenerPath");
	return join_action(node, &reading.default_action, &ret->default_action,
			   err);
}
