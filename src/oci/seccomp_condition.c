// SPDX-License-Identifier: Apache-2.0
#include "oci/seccomp_condition.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/parse.h"
#include "oci/capability.h"
#include "oci/seccomp_names.h"

struct version {
	uint64_t major, minor;
};

/* The "6.1" of "6.1.0-18-amd64" */
static bool parse_version(const char *text, struct version *ret)
{
	size_t major = strspn(text, "0123456789");
	const char *rest = text + major + (text[major] == '.');
	size_t minor = strspn(rest, "0123456789");
	auto_free char *major_text = xstrndup(text, major);
	auto_free char *minor_text = xstrndup(rest, minor);

	return text[major] == '.' &&
	       parse_number(major_text, UINT32_MAX, &ret->major) == 0 &&
	       parse_number(minor_text, UINT32_MAX, &ret->minor) == 0;
}

static int read_kernel(const struct json_node *node, void *target,
		       struct error *err)
{
	char **ret = target;
	const char *text;
	struct version version;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (!parse_version(text, &version))
		return json_fail(err, node, EINVAL,
				 "\"%s\" is no kernel version, such as 4.8",
				 text);
	free(*ret);
	*ret = xstrdup(text);
	return 0;
}

static const struct json_row rows[] = {
	{ .key = "caps", JSON_MEMBER(struct seccomp_condition, capabilities) },
	{ .key = "arches",
	  JSON_MEMBER(struct seccomp_condition, architectures) },
	{ .key = "minKernel",
	  .kind = JSON_READ,
	  .read = read_kernel,
	  .offset = offsetof(struct seccomp_condition, min_kernel) },
	{ 0 },
};

void seccomp_condition_clear(struct seccomp_condition *condition)
{
	strv_clear(&condition->capabilities);
	strv_clear(&condition->architectures);
	free(condition->min_kernel);
	*condition = (struct seccomp_condition){ 0 };
}

int seccomp_condition_read(const struct json_node *node, void *target,
			   struct error *err)
{
	return json_read_object(node, rows, target, err);
}

static bool is_held(const char *capability, uint64_t capabilities)
{
	int number = capability_parse(capability);

	return number >= 0 && capabilities >> number & 1;
}

static size_t count_held(const struct strv *names, uint64_t capabilities)
{
	size_t held = 0;

	for (size_t i = 0; i < names->count; i++)
		held += is_held(names->items[i], capabilities);
	return held;
}

static bool names_ours(const struct strv *architectures)
{
	const char *ours = seccomp_docker_architecture();

	for (size_t i = 0; i < architectures->count; i++)
		if (!strcmp(architectures->items[i], ours))
			return true;
	return false;
}

static bool is_kernel_from(const char *version)
{
	struct utsname system;
	struct version want = { 0 }, have = { 0 };

	if (uname(&system) < 0 || !parse_version(version, &want) ||
	    !parse_version(system.release, &have))
		return false;
	return have.major > want.major ||
	       (have.major == want.major && have.minor >= want.minor);
}

bool seccomp_condition_includes(const struct seccomp_condition *condition,
				uint64_t capabilities)
{
	const struct strv *names = &condition->capabilities;

	return count_held(names, capabilities) == names->count &&
	       (condition->architectures.count == 0 ||
		names_ours(&condition->architectures)) &&
	       (!condition->min_kernel ||
		is_kernel_from(condition->min_kernel));
}

bool seccomp_condition_excludes(const struct seccomp_condition *condition,
				uint64_t capabilities)
{
	return count_held(&condition->capabilities, capabilities) > 0 ||
	       names_ours(&condition->architectures) ||
	       (condition->min_kernel && is_kernel_from(condition->min_kernel));
}
