// SPDX-License-Identifier: Apache-2.0
/* File systems of one's own, and changing over to one of them. */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/probe_cell.h"
#include "container/probe_tools.h"
#include "idmap/diagnose.h"
#include "init/tree.h"

static void explain_mount(const struct error *err, struct finding *ret)
{
	struct error cause = { 0 };

	if (err->code == EPERM || err->code == EACCES)
		(void)userns_failed(&cause, err->code, USERNS_MOUNT);
	finding_error(ret, cause.complete ? &cause : err);
}

/* The kernel gives a namespace a whole /proc or /sys only if its parent's is
 * whole. Return: was that it?
 */
static bool explain_covered(const char *tree, const struct error *err,
			    struct finding *ret)
{
	auto_free char *masked = probe_masked(tree);

	if (!masked || err->code != EPERM)
		return false;

	auto_free char *cause = xasprintf(
		"parts of %s are covered around us (%s), so the kernel gives no whole one to a container",
		tree, masked);

	finding_because(ret, cause, "");
	return true;
}

static void explain_proc(const struct error *err, struct finding *ret)
{
	if (explain_covered("/proc/", err, ret))
		finding_remedy(
			ret,
			"start the outer container with --security-opt systempaths=unconfined (Docker), --security-opt unmask=ALL (Podman), or procMount: Unmasked (Kubernetes)");
	else
		explain_mount(err, ret);
}

static void explain_sys(const struct error *err, struct finding *ret)
{
	if (explain_covered("/sys/", err, ret))
		finding_remedy(
			ret,
			"start the outer container with --security-opt systempaths=unconfined (Docker) or --security-opt unmask=ALL (Podman), if containers need a /sys of their own");
	else
		explain_mount(err, ret);
}

static int try_new(const char *type, struct error *err)
{
	auto_close int tree = tree_new(type, type, NULL, 0, err);

	return tree < 0 ? tree : 0;
}

static void mounts(struct probe_state *state, struct finding *ret)
{
	struct error err = { 0 };

	(void)state;
	if (try_new("tmpfs", &err) < 0) {
		finding_say(ret, PROBE_FAIL, "a tmpfs can't be mounted");
		explain_mount(&err, ret);
	} else if (try_new("proc", &err) < 0) {
		finding_say(ret, PROBE_FAIL, "a new /proc can't be mounted");
		explain_proc(&err, ret);
	} else if (try_new("sysfs", &err) < 0) {
		finding_say(
			ret, PROBE_WARN,
			"tmpfs and proc; a new /sys can't be mounted, so containers see ours");
		explain_sys(&err, ret);
	} else {
		finding_say(ret, PROBE_OK, "tmpfs, proc and sysfs");
	}
}

void probe_mounts(struct probe_state *state, struct finding *ret)
{
	cell_probe(mounts, state, ret);
}

/* Stack @tree on "/" and change over to it, as a container's init does. */
int probe_enter(int tree, struct error *err)
{
	auto_close int slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = slash < 0 ? -errno : tree_attach(tree, slash);

	if (result < 0)
		return error_set(err, -result, "mount on /");
	if (fchdir(tree) < 0)
		return error_set(err, errno, "enter the new root");
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return error_set(err, errno, "pivot_root");
	if (umount2(".", MNT_DETACH) < 0)
		return error_set(err, errno, "let the old root go");
	return chdir("/") < 0 ? error_set(err, errno, "enter /") : 0;
}

static int pivot_to_tmpfs(struct error *err)
{
	auto_close int tree = tree_new("tmpfs", "tmpfs", NULL, 0, err);
	struct stat st;
	int result = tree < 0 ? tree : probe_enter(tree, err);

	if (result < 0)
		return result;
	if (stat("/proc", &st) == 0)
		return error_say(
			err, EEXIST,
			"the old root is still there after pivot_root");
	return 0;
}

static void pivot(struct probe_state *state, struct finding *ret)
{
	struct error err = { 0 };

	(void)state;
	if (pivot_to_tmpfs(&err) == 0) {
		finding_say(ret, PROBE_OK,
			    "changed to a tmpfs and let the old root go");
		return;
	}
	finding_say(ret, PROBE_FAIL, "the root can't be changed");
	if (err.code == EINVAL)
		finding_because(
			ret,
			"the machine's root is its initramfs, which pivot_root(2) can't leave",
			"boot with a root file system, or start holt in a mount namespace whose root is a tmpfs: unshare -m");
	else
		explain_mount(&err, ret);
}

void probe_pivot(struct probe_state *state, struct finding *ret)
{
	cell_probe(pivot, state, ret);
}
