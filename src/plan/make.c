// SPDX-License-Identifier: Apache-2.0
#include "plan/make.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"
#include "plan/env.h"
#include "plan/mounts.h"
#include "plan/namespaces.h"

static int check_mapped(const struct id_map *map, uint32_t id, const char *what,
			struct error *err)
{
	if (!map || id_map_has(map, id))
		return 0;
	return error_say(
		err, EINVAL,
		"%s %u is not mapped in the container's user namespace", what,
		id);
}

static int plan_ids(const struct spec *spec, const struct host *host,
		    struct plan *plan, struct error *err)
{
	const struct spec_user *user = &spec->process.user;
	uint32_t root = 0;

	plan->in_userns = host->in_userns || spec->namespaces[NS_USER].wanted;
	if (!spec->namespaces[NS_USER].wanted)
		return 0;
	/* Its maps are what they are: who we'll be in it, it will say. */
	if (plan->joins_user) {
		plan->become_root = true;
		return 0;
	}

	plan->uids = &spec->uids;
	plan->gids = &spec->gids;
	if (id_map_validate(plan->uids, "uid", err) < 0 ||
	    id_map_validate(plan->gids, "gid", err) < 0)
		return error_wrap(err, "id mappings");
	/* Without an id 0 the set-up is done as who we are. */
	plan->become_root =
		id_map_outside(plan->uids, 0, &root) == 0 && root != host->uid;
	if (check_mapped(plan->uids, user->uid, "uid", err) < 0 ||
	    check_mapped(plan->gids, user->gid, "gid", err) < 0)
		return -err->code;
	for (size_t i = 0; i < user->group_count; i++)
		if (check_mapped(plan->gids, user->groups[i], "gid", err) < 0)
			return -err->code;
	if (spec->deny_setgroups && user->group_count > 0)
		return error_say(
			err, EPERM,
			"additional groups can't be set: with a single-id map the kernel refuses setgroups(2)");
	return 0;
}

static int refuse_labels(const struct spec_process *process,
			 const struct host *host, struct error *err)
{
	if (process->apparmor_profile && !host->apparmor)
		return error_say(
			err, EOPNOTSUPP,
			"apparmorProfile %s can't be applied: AppArmor is not enabled",
			process->apparmor_profile);
	if (process->selinux_label && !host->selinux)
		return error_say(
			err, EOPNOTSUPP,
			"selinuxLabel %s can't be applied: SELinux is not enabled",
			process->selinux_label);
	return 0;
}

/* What nobody here can apply: an error, not an omission. */
static int refuse(const struct spec *spec, const struct host *host,
		  struct error *err)
{
	if (spec->mount_label && !host->selinux)
		return error_say(
			err, EOPNOTSUPP,
			"mountLabel %s can't be applied: SELinux is not enabled",
			spec->mount_label);
	if (spec->net_device_count && host->uid != 0)
		return error_say(
			err, EPERM,
			"netDevices: %s: network devices can't be moved by a rootless user",
			spec->net_devices[0].name);
	if (spec->intel_rdt.is_set)
		return error_say(err, EOPNOTSUPP,
				 "linux.intelRdt is not supported");
	return 0;
}

/* "0-3,7", whose form has been checked, as bits. */
static int plan_nodes(const char *list, struct plan *plan, struct error *err)
{
	const size_t bits = 8 * sizeof(*plan->memory_nodes);
	char *at;

	for (const char *text = list; text && *text; text = at + (*at == ',')) {
		unsigned long first = strtoul(text, &at, 10), last = first;

		if (*at == '-')
			last = strtoul(at + 1, &at, 10);
		if (last >= NODE_MAX || first > last)
			return error_say(err, ERANGE, "memoryPolicy: nodes %s",
					 list);
		for (; first <= last; first++)
			plan->memory_nodes[first / bits] |= 1UL << first % bits;
	}
	return 0;
}

static int plan_propagation(const char *word, struct plan *plan,
			    struct error *err)
{
	static const struct {
		const char *word;
		unsigned long flags;
	} words[] = {
		{ "private", MS_PRIVATE },
		{ "rprivate", MS_PRIVATE | MS_REC },
		{ "rshared", MS_SHARED | MS_REC },
		{ "rslave", MS_SLAVE | MS_REC },
		{ "runbindable", MS_UNBINDABLE | MS_REC },
		{ "shared", MS_SHARED },
		{ "slave", MS_SLAVE },
		{ "unbindable", MS_UNBINDABLE },
	};

	if (!word)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(words[i].word, word)) {
			plan->rootfs_propagation = words[i].flags;
			return 0;
		}
	return error_say(err, EINVAL, "unknown rootfsPropagation '%s'", word);
}

/* How a label is given to a new file system: as mount(8) says. The annotation
 * is crun's.
 */
static int plan_label(const struct spec *spec, struct plan *plan,
		      struct error *err)
{
	static const char name[] = "run.oci.mount_context_type=";
	static const char *const kinds[] = {
		"context",
		"fscontext",
		"defcontext",
		"rootcontext",
	};
	const char *found = strv_find_prefix(&spec->annotations, name);
	const char *kind = found ? found + strlen(name) : kinds[0];

	plan->mount_label = spec->mount_label;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (!strcmp(kind, kinds[i])) {
			plan->mount_context = kinds[i];
			return 0;
		}
	return error_say(err, EINVAL, "unknown run.oci.mount_context_type '%s'",
			 kind);
}

/* An extension of crun's, by which podman lets the user's own groups in. */
static bool keeps_groups(const struct spec *spec)
{
	static const char name[] = "run.oci.keep_original_groups=";
	const char *found = strv_find_prefix(&spec->annotations, name);

	return found && !strcmp(found + strlen(name), "1");
}

int plan_make_process(const struct spec *spec, const struct host *host,
		      struct plan *ret, struct error *err)
{
	if (refuse_labels(&spec->process, host, err) < 0 ||
	    plan_nodes(spec->memory_policy.nodes, ret, err) < 0)
		return -err->code;
	ret->process = &spec->process;
	plan_env(spec, ret);
	ret->memory_policy = &spec->memory_policy;
	ret->has_personality = spec->has_personality;
	ret->personality = spec->personality;
	ret->drop_groups = !spec->deny_setgroups && !keeps_groups(spec);
	if (!ret->seccomp.length &&
	    seccomp_compile(&spec->seccomp, spec->process.capabilities.bounding,
			    &ret->seccomp, err) < 0)
		return error_wrap(err, "seccomp");
	return 0;
}

int plan_make(const struct spec *spec, const struct host *host,
	      struct plan *ret, struct error *err)
{
	if (refuse(spec, host, err) < 0 || plan_label(spec, ret, err) < 0 ||
	    plan_namespaces(spec, ret, err) < 0 ||
	    plan_ids(spec, host, ret, err) < 0 ||
	    plan_propagation(spec->rootfs_propagation, ret, err) < 0 ||
	    plan_mounts(spec, host, ret, err) < 0)
		return -err->code;
	ret->root = spec->root;
	ret->masked_paths = &spec->masked_paths;
	ret->readonly_paths = &spec->readonly_paths;
	ret->monotonic = &spec->monotonic;
	ret->boottime = &spec->boottime;
	ret->net_devices = spec->net_devices;
	ret->net_device_count = spec->net_device_count;
	ret->hostname = spec->hostname;
	ret->domainname = spec->domainname;
	ret->sysctls = spec->sysctls;
	ret->sysctl_count = spec->sysctl_count;
	ret->init = spec->init;
	return plan_make_process(spec, host, ret, err);
}
