// SPDX-License-Identifier: Apache-2.0
/* features: what this runtime can do, as runtime-spec's features.md has it.
 * Asks nothing of the machine: engines call it before there is anything to run.
 */
#include <json.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "container/hooks.h"
#include "oci/seccomp_names.h"
#include "plan/make.h"
#include "plan/mount_options.h"
#include "runtime/runtime.h"

static struct json_object *put_object(struct json_object *parent,
				      const char *key)
{
	struct json_object *object = json_object_new_object();

	(void)json_object_object_add(parent, key, object);
	return object;
}

static struct json_object *put_array(struct json_object *parent,
				     const char *key)
{
	struct json_object *array = json_object_new_array();

	(void)json_object_object_add(parent, key, array);
	return array;
}

static void put_bool(struct json_object *object, const char *key, bool value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_boolean(value));
}

static void put_text(struct json_object *object, const char *key,
		     const char *value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_string(value));
}

static void add_text(struct json_object *array, const char *value)
{
	(void)json_object_array_add(array, json_object_new_string(value));
}

static void put_words(struct json_object *object, const char *key,
		      const char *const *words, size_t count)
{
	struct json_object *array = put_array(object, key);

	for (size_t i = 0; i < count; i++)
		add_text(array, words[i]);
}

static void put_capabilities(struct json_object *linux_object)
{
	struct json_object *array = put_array(linux_object, "capabilities");

	for (cap_value_t number = 0; number < cap_max_bits(); number++) {
		char *name = cap_to_name(number);

		if (!name)
			continue;
		for (char *c = name; *c; c++)
			if (*c >= 'a' && *c <= 'z')
				*c = (char)(*c - 'a' + 'A');
		add_text(array, name);
		(void)cap_free(name);
	}
}

static void put_cgroup(struct json_object *linux_object)
{
	struct json_object *cgroup = put_object(linux_object, "cgroup");

	put_bool(cgroup, "v1", true);
	put_bool(cgroup, "v2", true);
	put_bool(cgroup, "systemd", true);
	put_bool(cgroup, "systemdUser", true);
	put_bool(cgroup, "rdma", true);
}

static void put_seccomp_words(struct json_object *seccomp, const char *key,
			      enum seccomp_words kind)
{
	struct json_object *array = put_array(seccomp, key);
	const char *word;

	for (size_t i = 0; (word = seccomp_word(kind, i)); i++)
		add_text(array, word);
}

static void put_seccomp(struct json_object *linux_object)
{
	struct json_object *seccomp = put_object(linux_object, "seccomp");

	put_bool(seccomp, "enabled", true);
	put_seccomp_words(seccomp, "actions", SECCOMP_ACTIONS);
	put_seccomp_words(seccomp, "operators", SECCOMP_OPERATORS);
	put_seccomp_words(seccomp, "archs", SECCOMP_ARCHITECTURES);
	put_seccomp_words(seccomp, "knownFlags", SECCOMP_FLAGS);
	put_seccomp_words(seccomp, "supportedFlags", SECCOMP_FLAGS);
}

static void put_enabled(struct json_object *linux_object, const char *key,
			bool value)
{
	put_bool(put_object(linux_object, key), "enabled", value);
}

static void put_memory_policy(struct json_object *linux_object)
{
	static const char *const modes[] = {
		"MPOL_BIND",
		"MPOL_DEFAULT",
		"MPOL_INTERLEAVE",
		"MPOL_LOCAL",
		"MPOL_PREFERRED",
		"MPOL_PREFERRED_MANY",
		"MPOL_WEIGHTED_INTERLEAVE",
	};
	static const char *const flags[] = {
		"MPOL_F_NUMA_BALANCING",
		"MPOL_F_RELATIVE_NODES",
		"MPOL_F_STATIC_NODES",
	};
	struct json_object *policy = put_object(linux_object, "memoryPolicy");

	put_words(policy, "modes", modes, ARRAY_COUNT(modes));
	put_words(policy, "flags", flags, ARRAY_COUNT(flags));
}

static void put_linux(struct json_object *features)
{
	static const char *const namespaces[] = {
		"cgroup", "ipc",  "mount", "network",
		"pid",    "time", "user",  "uts",
	};
	struct json_object *linux_object = put_object(features, "linux");

	put_words(linux_object, "namespaces", namespaces,
		  ARRAY_COUNT(namespaces));
	put_capabilities(linux_object);
	put_cgroup(linux_object);
	put_seccomp(linux_object);
	put_enabled(linux_object, "apparmor", true);
	put_enabled(linux_object, "selinux", true);
	put_enabled(linux_object, "intelRdt", PLAN_HAS_INTEL_RDT);
	put_enabled(linux_object, "netDevices", PLAN_HAS_NET_DEVICES);
	put_bool(put_object(put_object(linux_object, "mountExtensions"),
			    "idmap"),
		 "enabled", PLAN_HAS_MOUNT_IDS);
	put_memory_policy(linux_object);
}

static void put_annotations(struct json_object *features)
{
	const struct scmp_version *libseccomp = seccomp_version();
	struct json_object *annotations = put_object(features, "annotations");
	auto_free char *number =
		xasprintf("%u.%u.%u", libseccomp->major, libseccomp->minor,
			  libseccomp->micro);

	put_text(annotations, "io.github.seccomp.libseccomp.version", number);
	put_text(annotations, "org.holt.commit", HOLT_COMMIT);
	put_text(annotations, "org.holt.version", HOLT_VERSION);
	put_text(annotations, "org.opencontainers.runc.checkpoint.enabled",
		 "false");
}

static struct json_object *make_features(void)
{
	static const char *const unsafe[] = {
		"org.systemd.property.",
		"run.holt.",
		"run.oci.",
	};
	struct json_object *features = json_object_new_object();
	struct json_object *array;
	const char *name;

	put_text(features, "ociVersionMin", "1.0.0");
	put_text(features, "ociVersionMax", "1.3.0");
	array = put_array(features, "hooks");
	for (enum spec_hook_point point = 0; point < HOOK_COUNT; point++)
		add_text(array, hooks_point_word(point));
	array = put_array(features, "mountOptions");
	for (size_t i = 0; (name = mount_option_name(i)); i++)
		add_text(array, name);
	put_linux(features);
	put_annotations(features);
	put_words(features, "potentiallyUnsafeConfigAnnotations", unsafe,
		  ARRAY_COUNT(unsafe));
	return features;
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	auto_json struct json_object *features = NULL;
	int first = options_parse(&runtime_features, argc, argv, NULL, err);

	(void)globals;
	if (first < 0 ||
	    runtime_operands(&runtime_features, argc - first, 0, 0, err) < 0)
		return -err->code;
	features = make_features();
	(void)puts(json_object_to_json_string_ext(
		features, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				  JSON_C_TO_STRING_NOSLASHESCAPE));
	return 0;
}

const struct command runtime_features = {
	.name = "features",
	.synopsis = "",
	.summary = "Print what this runtime can do, as JSON",
	.program = "holt-runtime",
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
