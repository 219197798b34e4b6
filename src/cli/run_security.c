// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "cli/run_settings.h"
#include "oci/capability.h"
#include "oci/sysctl.h"

static int add_capability(const char *word, uint64_t *set)
{
	int cap;

	if (!strcasecmp(word, "all")) {
		*set = capability_full_set();
		return 0;
	}
	cap = capability_parse(word);
	if (cap >= 0)
		*set |= 1ULL << cap;
	return cap;
}

/* --cap-add or --cap-drop as a set. */
static int read_capabilities(const struct list *list, const char *option,
			     uint64_t *ret, struct error *err)
{
	*ret = 0;
	for (size_t i = 0; i < list->count; i++) {
		auto_free char *copy = xstrdup(list->items[i]);
		char *rest = copy, *word;

		while ((word = strsep(&rest, ",")))
			if (add_capability(word, ret) < 0)
				return error_say(
					err, EINVAL,
					"--%s: there is no capability '%s'",
					option, word);
	}
	return 0;
}

/* As podman: root has the whole set, another user just what was added, which
 * it keeps through execve(2) as ambient ones.
 */
static int set_capabilities(const struct run_settings *settings,
			    struct run_request *request, struct error *err)
{
	struct spec_process *process = &request->spec.process;
	struct spec_capabilities *caps = &process->capabilities;
	uint64_t add, drop;

	if (read_capabilities(&settings->cap_add, "cap-add", &add, err) < 0 ||
	    read_capabilities(&settings->cap_drop, "cap-drop", &drop, err) < 0)
		return -err->code;
	if (request->is_bundle && !add && !drop && !settings->privileged)
		return 0;
	if (settings->privileged)
		caps->bounding = capability_full_set();
	/* "drop all, add one" and "add all, drop one" both mean what they say.
	 */
	if (add == capability_full_set())
		caps->bounding = add & ~drop;
	else
		caps->bounding = (caps->bounding & ~drop) | add;
	if (process->user.uid == 0) {
		caps->effective = caps->permitted = caps->bounding;
		caps->inheritable = caps->ambient = 0;
		return 0;
	}
	add &= caps->bounding;
	caps->effective = caps->permitted = add;
	caps->inheritable = caps->ambient = add;
	return 0;
}

static bool has_readonly(const struct spec *spec)
{
	if (spec->root.readonly)
		return true;
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct spec_mount *mount = &spec->mounts[i];

		if (mount->type && !strcmp(mount->type, "bind") &&
		    strv_find_prefix(&mount->options, "ro"))
			return true;
	}
	return false;
}

/* Who has CAP_SYS_ADMIN over the mount namespace can take away a mount and
 * show what is under it, and can make read-only mounts writable: the kernel
 * locks them only for namespaces further in.
 */
static int check_mounts_hold(const struct run_settings *settings,
			     struct spec *spec, struct error *err)
{
	const uint64_t admin = 1ULL << capability_parse("SYS_ADMIN");
	struct spec_capabilities *caps = &spec->process.capabilities;
	uint64_t added;

	if (!(caps->bounding & admin))
		return 0;
	if (spec->root.recursive_readonly)
		return error_say(
			err, EPERM,
			"the root 'host' and CAP_SYS_ADMIN (--privileged) don't go together: the container could uncover your home and the host's sockets; use 'busybox' or --rootfs");
	if (!has_readonly(spec))
		return 0;
	if (read_capabilities(&settings->cap_add, "cap-add", &added, err) < 0)
		return -err->code;
	if (settings->privileged || added & admin) {
		log_warning(
			"a container with CAP_SYS_ADMIN can make its read-only mounts writable");
		return 0;
	}
	/* Only 'busybox' has it unasked. */
	caps->bounding &= ~admin;
	caps->effective &= ~admin;
	caps->permitted &= ~admin;
	return 0;
}

static void add_paths(struct strv *list, const char *paths)
{
	auto_free char *copy = xstrdup(paths);
	char *rest = copy, *path;

	while ((path = strsep(&rest, ":")))
		if (*path == '/')
			strv_add(list, xstrdup(path));
}

static void remove_path(struct strv *list, const char *path)
{
	struct strv kept = { 0 };

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], path) != 0)
			strv_add(&kept, xstrdup(list->items[i]));
	strv_clear(list);
	*list = kept;
}

static void unmask(struct spec *spec, const char *paths)
{
	auto_free char *copy = xstrdup(paths);
	char *rest = copy, *path;

	if (!strcasecmp(paths, "all")) {
		strv_clear(&spec->masked_paths);
		strv_clear(&spec->readonly_paths);
		return;
	}
	while ((path = strsep(&rest, ":"))) {
		remove_path(&spec->masked_paths, path);
		remove_path(&spec->readonly_paths, path);
	}
}

static int set_seccomp(struct spec *spec, const char *value, struct error *err)
{
	if (!strcmp(value, "unconfined")) {
		seccomp_profile_clear(&spec->seccomp);
		spec->seccomp.kind = SECCOMP_UNCONFINED;
		return 0;
	}
	seccomp_profile_clear(&spec->seccomp);
	return seccomp_read_file(value, spec->process.capabilities.bounding,
				 &spec->seccomp, err);
}

static int set_no_new_privileges(struct spec *spec, const char *value,
				 struct error *err)
{
	spec->process.no_new_privileges = true;
	if (*value && parse_bool(value, &spec->process.no_new_privileges) < 0)
		return error_say(err, EINVAL, "give true or false");
	return 0;
}

static int set_mask(struct spec *spec, const char *value, struct error *err)
{
	(void)err;
	add_paths(&spec->masked_paths, value);
	return 0;
}

static int set_unmask(struct spec *spec, const char *value, struct error *err)
{
	(void)err;
	unmask(spec, value);
	return 0;
}

/* Asked to leave off what isn't on, or for what isn't there. */
static int set_label(struct spec *spec, const char *value, struct error *err)
{
	(void)spec;
	if (!strcmp(value, "disable"))
		return 0;
	return error_say(err, EOPNOTSUPP, "SELinux labels are not supported");
}

static int set_apparmor(struct spec *spec, const char *value, struct error *err)
{
	(void)spec;
	if (!strcmp(value, "unconfined"))
		return 0;
	return error_say(err, EOPNOTSUPP,
			 "AppArmor profiles are not supported");
}

static const struct {
	const char *name;
	int (*set)(struct spec *spec, const char *value, struct error *err);
} security_opts[] = {
	{ "apparmor", set_apparmor },
	{ "label", set_label },
	{ "mask", set_mask },
	{ "no-new-privileges", set_no_new_privileges },
	{ "seccomp", set_seccomp },
	{ "unmask", set_unmask },
};

/* --security-opt NAME[=VALUE], docker's old NAME:VALUE too */
static int set_security_opt(struct spec *spec, const char *word,
			    struct error *err)
{
	size_t length = strcspn(word, "=:");
	auto_free char *name = xstrndup(word, length);
	const char *value = word[length] ? word + length + 1 : "";

	for (size_t i = 0; i < ARRAY_COUNT(security_opts); i++)
		if (!strcmp(security_opts[i].name, name))
			return security_opts[i].set(spec, value, err);
	return error_say(
		err, EINVAL,
		"unknown; there are seccomp=, no-new-privileges, mask=, unmask=, label=disable, apparmor=unconfined");
}

static int set_sysctl(struct spec *spec, const char *word, struct error *err)
{
	const char *equals = strchr(word, '=');
	auto_free char *name =
		xstrndup(word, equals ? (size_t)(equals - word) : 0);
	auto_free char *key = sysctl_key(name);

	if (!key)
		return error_say(err, EINVAL, "it is not KEY=VALUE");
	if (sysctl_check(key, spec->namespaces, err) < 0)
		return -err->code;
	spec_add_sysctl(spec, key, equals + 1);
	return 0;
}

int run_set_security(const struct run_settings *settings,
		     struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;

	if (set_capabilities(settings, request, err) < 0)
		return -err->code;
	if (!request->is_bundle && check_mounts_hold(settings, spec, err) < 0)
		return -err->code;
	if (settings->privileged) {
		unmask(spec, "all");
		seccomp_profile_clear(&spec->seccomp);
		spec->seccomp.kind = SECCOMP_UNCONFINED;
	}
	if (run_for_each(&settings->security_opts, "security-opt",
			 set_security_opt, spec, err) < 0 ||
	    run_for_each(&settings->ulimits, "ulimit", run_add_limit, spec,
			 err) < 0 ||
	    run_for_each(&settings->sysctls, "sysctl", set_sysctl, spec, err) <
		    0)
		return -err->code;
	return 0;
}
