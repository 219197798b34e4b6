// SPDX-License-Identifier: Apache-2.0
#include "idmap/diagnose.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "idmap/map.h"

#define FILE_LIMIT 65536

const char *const userns_limit_names[USERNS_LIMITS] = {
	"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time",
};

static const char *step_name(enum userns_step step)
{
	static const char *const names[USERNS_STEP_COUNT] = {
		[USERNS_CLONE] = "make a user namespace",
		[USERNS_UID_MAP] = "write its uid map",
		[USERNS_GID_MAP] = "write its gid map",
		[USERNS_MOUNT] = "mount in the user namespace",
	};

	return step < USERNS_STEP_COUNT ? names[step] : "user namespace";
}

/* The text of a small file below @root, NULL when it can't be had. */
static char *read_below(const char *root, const char *path)
{
	auto_free char *full = xasprintf("%s%s", root, path);
	struct error err;
	char *text = NULL;

	if (file_read_text(full, FILE_LIMIT, &text, NULL, &err) < 0)
		return NULL;
	return text;
}

static long read_sysctl(const char *root, const char *path)
{
	auto_free char *text = read_below(root, path);
	char *end = NULL;
	long value = text ? strtol(text, &end, 10) : -1;

	return text && end != text ? value : -1;
}

/* What follows "@name:" in a status file, or NULL. */
static const char *status_field(const char *status, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = status; at && *at;) {
		if (!strncmp(at, name, length) && at[length] == ':')
			return at + length + 1;
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return NULL;
}

static uint64_t status_number(const char *status, const char *name, int base)
{
	const char *field = status_field(status, name);

	return field ? strtoull(field, NULL, base) : 0;
}

static void read_status(const char *root, struct userns_facts *facts)
{
	auto_free char *status = read_below(root, "/proc/self/status");
	const char *uids = status ? status_field(status, "Uid") : NULL;

	if (!status)
		return;
	facts->effective = status_number(status, "CapEff", 16);
	facts->bounding = status_number(status, "CapBnd", 16);
	facts->no_new_privs = status_number(status, "NoNewPrivs", 10) != 0;
	facts->filtered = status_number(status, "Seccomp", 10) != 0;
	if (uids) {
		char *end;

		(void)strtoul(uids, &end, 10); /* the real one */
		facts->euid = (uid_t)strtoul(end, NULL, 10);
	}
}

/* An id without a place in our own namespace shows as the overflow id. */
static bool is_mapped(const char *root, uid_t uid)
{
	auto_free char *map = read_below(root, "/proc/self/uid_map");
	auto_with(id_ranges_clear) struct id_ranges ids = { 0 };

	if (!map)
		return true;
	id_ranges_parse_map(map, UINT32_MAX, &ids);
	for (size_t i = 0; i < ids.count; i++)
		if (id_range_overlaps(ids.items[i],
				      (struct id_range){ uid, 1 }))
			return true;
	return false;
}

/* A root directory that is no mount's root was put there by chroot(2). */
static bool is_chrooted(void)
{
	struct statx st;

	if (statx(AT_FDCWD, "/", 0, STATX_TYPE, &st) < 0)
		return false;
	return (st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
	       !(st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Are the numbers in /proc ours? */
static bool is_proc_foreign(void)
{
	char self[32] = "";

	return readlink("/proc/self", self, sizeof(self) - 1) > 0 &&
	       strtol(self, NULL, 10) != getpid();
}

static void read_names(const char *root, struct userns_facts *facts)
{
	auto_free char *label = read_below(root, "/proc/self/attr/current");
	auto_free char *exe = xasprintf("%s/proc/self/exe", root);
	auto_free char *ns = xasprintf("%s/proc/self/ns/user", root);

	if (label)
		(void)snprintf(facts->label, sizeof(facts->label), "%.*s",
			       (int)strcspn(label, "\n"), label);
	if (readlink(exe, facts->self, sizeof(facts->self) - 1) < 0)
		(void)snprintf(facts->self, sizeof(facts->self), "%s",
			       "/usr/bin/holt");
	facts->supported = access(ns, F_OK) == 0;
}

void userns_facts_read(const char *root, struct userns_facts *ret)
{
	const char *base = root ? root : "";

	*ret = (struct userns_facts){
		.chrooted = !root && is_chrooted(),
		.foreign_proc = !root && is_proc_foreign(),
	};
	for (size_t i = 0; i < USERNS_LIMITS; i++) {
		auto_free char *path =
			xasprintf("/proc/sys/user/max_%s_namespaces",
				  userns_limit_names[i]);

		ret->limits[i] = read_sysctl(base, path);
	}
	ret->unprivileged_clone =
		read_sysctl(base, "/proc/sys/kernel/unprivileged_userns_clone");
	ret->apparmor_restrict = read_sysctl(
		base, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	read_names(base, ret);
	read_status(base, ret);
	if (!is_mapped(base, ret->euid))
		ret->euid = (uid_t)-1;
}

static bool has(uint64_t set, int capability)
{
	return set >> capability & 1;
}

/* Is it AppArmor's rule for programs without a profile that hits us? */
static bool is_restricted(const struct userns_facts *facts)
{
	return facts->apparmor_restrict == 1 &&
	       !has(facts->effective, CAP_SYS_ADMIN) &&
	       (!strcmp(facts->label, "unconfined") ||
		!strncmp(facts->label, "unprivileged_userns", 19));
}

static char *apparmor_cause(const struct userns_facts *facts)
{
	return xasprintf(
		"AppArmor gives no rights in a user namespace to programs without a profile (kernel.apparmor_restrict_unprivileged_userns is 1); to mend it:\n"
		"printf '%%s\\n' 'abi <abi/4.0>,' 'profile holt \"%s\" flags=(unconfined) {' '  userns,' '}' | sudo tee /etc/apparmor.d/holt && sudo apparmor_parser -r /etc/apparmor.d/holt",
		facts->self);
}

static char *limit_cause(const struct userns_facts *facts)
{
	for (size_t i = 0; i < USERNS_LIMITS; i++)
		if (facts->limits[i] == 0)
			return xasprintf(
				"namespaces of kind '%s' are switched off (user.max_%s_namespaces is 0); to mend it: sudo sysctl -w user.max_%s_namespaces=15000",
				userns_limit_names[i], userns_limit_names[i],
				userns_limit_names[i]);
	return xasprintf(
		"too many namespaces: either all that user.max_user_namespaces (%ld) grants are in use, here or in an outer container, or this would be more than 32 user namespaces one in the other; to mend it: end some containers, or sudo sysctl -w user.max_user_namespaces=%ld",
		facts->limits[0], facts->limits[0] * 2);
}

static char *filter_cause(void)
{
	return xstrdup(
		"a seccomp filter around holt refuses it; to mend it: start the outer container with --security-opt seccomp=unconfined, or with a filter that allows clone, unshare, mount, pivot_root and setns");
}

static char *clone_refused_cause(const struct userns_facts *facts)
{
	if (facts->chrooted)
		return xstrdup(
			"holt runs in a chroot, where the kernel makes no user namespaces; to mend it: enter that directory with pivot_root(8), bubblewrap or systemd-nspawn instead of chroot");
	if (facts->euid == (uid_t)-1)
		return xstrdup(
			"holt's own uid has no place in the user namespace it runs in; to mend it: map that uid there, or start holt as another user");
	if (facts->unprivileged_clone == 0)
		return xstrdup(
			"user namespaces are for root only here (kernel.unprivileged_userns_clone is 0); to mend it: sudo sysctl -w kernel.unprivileged_userns_clone=1");
	if (is_restricted(facts))
		return apparmor_cause(facts);
	if (facts->filtered)
		return filter_cause();
	return xstrdup(
		"a chroot or a security module (SELinux, AppArmor, BPF) around holt refuses it; to mend it: start holt outside of any chroot, and look for the denial with: sudo dmesg | grep -i denied");
}

static char *clone_cause(int code, const struct userns_facts *facts)
{
	switch (code) {
	case ENOSPC:
	case EUSERS:
		return limit_cause(facts);
	case EPERM:
	case EACCES:
		return clone_refused_cause(facts);
	case EINVAL:
	case ENOSYS:
		if (!facts->supported)
			return xstrdup(
				"this kernel is built without user namespaces; to mend it: boot one with CONFIG_USER_NS=y");
		return facts->filtered ? filter_cause() : NULL;
	default:
		return NULL;
	}
}

static char *map_cause(int capability, const char *name,
		       const struct userns_facts *facts)
{
	if (facts->foreign_proc)
		return xstrdup(
			"/proc shows the processes of another PID namespace, so holt can't reach its own there; to mend it: sudo mount -t proc proc /proc, or unshare --mount-proc");
	if (is_restricted(facts))
		return apparmor_cause(facts);
	if (facts->euid == 0 && has(facts->effective, capability) &&
	    !has(facts->effective, CAP_SETFCAP))
		return xstrdup(
			"holt runs as root without CAP_SETFCAP, and mapping root's own id needs it since Linux 5.12; to mend it: start the outer container with --cap-add SETFCAP");
	if (!has(facts->bounding, capability))
		return xasprintf(
			"%s is missing from holt's bounding set, so no program started here can have it; to mend it: start the outer container with --cap-add %s",
			name, name + strlen("CAP_"));
	return NULL;
}

static char *mount_cause(const struct userns_facts *facts)
{
	if (is_restricted(facts))
		return apparmor_cause(facts);
	if (facts->filtered)
		return xstrdup(
			"a seccomp filter around holt refuses mounts; to mend it: start the outer container with --security-opt seccomp=unconfined, or with a filter that allows mount, umount2 and pivot_root");
	return NULL;
}

char *userns_cause(enum userns_step step, int code,
		   const struct userns_facts *facts)
{
	bool refused = code == EPERM || code == EACCES ||
		       (code == ENOENT && facts->foreign_proc);

	switch (step) {
	case USERNS_CLONE:
		return clone_cause(code, facts);
	case USERNS_UID_MAP:
		return refused ? map_cause(CAP_SETUID, "CAP_SETUID", facts)
			       : NULL;
	case USERNS_GID_MAP:
		return refused ? map_cause(CAP_SETGID, "CAP_SETGID", facts)
			       : NULL;
	case USERNS_MOUNT:
		return refused ? mount_cause(facts) : NULL;
	case USERNS_STEP_COUNT:
		break;
	}
	return NULL;
}

int userns_explain(struct error *err, int code, enum userns_step step,
		   const struct userns_facts *facts)
{
	auto_free char *cause = userns_cause(step, code, facts);

	if (!cause)
		return error_set(err, code, "%s", step_name(step));
	return error_say(err, code, "%s: %s", step_name(step), cause);
}

int userns_failed(struct error *err, int code, enum userns_step step)
{
	struct userns_facts facts;

	userns_facts_read(NULL, &facts);
	return userns_explain(err, code, step, &facts);
}
