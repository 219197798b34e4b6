// SPDX-License-Identifier: Apache-2.0
/* The roots that holt knows by itself, each as a spec. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"
#include "oci/capability.h"

/* What every container has, as runtime-spec, podman and docker agree on it. */
static const struct {
	const char *type, *source, *destination, *options;
} default_mounts[] = {
	{ "proc", "proc", "/proc", "nosuid,noexec,nodev" },
	{ "tmpfs", "tmpfs", "/dev", "nosuid,strictatime,mode=755,size=65536k" },
	{ "sysfs", "sysfs", "/sys", "nosuid,noexec,nodev,ro" },
	{ "devpts", "devpts", "/dev/pts",
	  "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5" },
	{ "mqueue", "mqueue", "/dev/mqueue", "nosuid,noexec,nodev" },
	{ "cgroup", "cgroup", "/sys/fs/cgroup",
	  "nosuid,noexec,nodev,relatime,ro" },
};

static const char *const default_masked[] = {
	"/proc/acpi",        "/proc/asound",    "/proc/interrupts",
	"/proc/kcore",       "/proc/keys",      "/proc/latency_stats",
	"/proc/sched_debug", "/proc/scsi",      "/proc/timer_list",
	"/proc/timer_stats", "/sys/dev/block",  "/sys/devices/virtual/powercap",
	"/sys/firmware",     "/sys/fs/selinux",
};

static const char *const default_readonly[] = {
	"/proc/bus",           "/proc/fs", "/proc/irq", "/proc/sys",
	"/proc/sysrq-trigger",
};

static void set_defaults(struct spec *spec)
{
	static const enum ns_type wanted[] = { NS_USER,  NS_PID, NS_NETWORK,
					       NS_MOUNT, NS_IPC, NS_UTS,
					       NS_CGROUP };
	uint64_t caps = capability_default_set();

	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		spec->namespaces[wanted[i]].wanted = true;
	for (size_t i = 0; i < ARRAY_COUNT(default_mounts); i++)
		(void)spec_add_mount(spec, default_mounts[i].type,
				     default_mounts[i].source,
				     default_mounts[i].destination,
				     default_mounts[i].options);
	for (size_t i = 0; i < ARRAY_COUNT(default_masked); i++)
		strv_add(&spec->masked_paths, xstrdup(default_masked[i]));
	for (size_t i = 0; i < ARRAY_COUNT(default_readonly); i++)
		strv_add(&spec->readonly_paths, xstrdup(default_readonly[i]));
	spec->process.capabilities.bounding = caps;
	spec->process.cwd = xstrdup("/");
	spec->seccomp.kind = SECCOMP_DEFAULT;
}

static void add_private_tmpfs(struct spec *spec, const char *path,
			      const char *options)
{
	struct spec_mount *mount =
		spec_add_mount(spec, "tmpfs", "tmpfs", path, options);

	mount->optional = true; /* the host may not have the directory */
}

/* "host": everything of the host can be seen and nothing be changed, but for
 * directories that people write to, which are private and empty.
 */
static void set_host(struct spec *spec, const struct caller *caller)
{
	spec->root.kind = SPEC_ROOT_BIND;
	spec->root.path = xstrdup("/");
	spec->root.recursive_readonly = true;
	add_private_tmpfs(spec, "/tmp", "nosuid,nodev,mode=1777");
	add_private_tmpfs(spec, "/var/tmp", "nosuid,nodev,mode=1777");
	add_private_tmpfs(spec, "/run", "nosuid,nodev,mode=0755");
	add_private_tmpfs(spec, "/home", "nosuid,nodev,mode=0755");
	add_private_tmpfs(spec, "/root", "nosuid,nodev,mode=0700");
	if (!caller->home || caller->home[0] != '/' ||
	    !strcmp(caller->home, "/") || !strcmp(caller->home, "/root"))
		return;
	if (!strncmp(caller->home, "/home/", 6))
		(void)spec_add_file(spec, SPEC_FILE_DIR, caller->home, NULL,
				    0700);
	else
		add_private_tmpfs(spec, caller->home, "nosuid,nodev,mode=0700");
}

/* --rootfs DIR[:O] */
static int set_rootfs(struct spec *spec, const char *word, struct error *err)
{
	size_t length = strlen(word);
	bool overlay = length > 2 && !strcmp(word + length - 2, ":O");
	auto_free char *directory = xstrndup(word, length - (overlay ? 2 : 0));
	struct stat st;

	spec->root.path = realpath(directory, NULL);
	if (!spec->root.path)
		return run_path_error(err, errno, "--rootfs", directory);
	if (stat(spec->root.path, &st) < 0 || !S_ISDIR(st.st_mode))
		return error_set(err, ENOTDIR, "--rootfs %s", directory);
	spec->root.kind = overlay ? SPEC_ROOT_OVERLAY : SPEC_ROOT_BIND;
	return 0;
}

int run_set_root(const struct run_settings *settings, enum run_root root,
		 struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;

	set_defaults(spec);
	switch (root) {
	case RUN_ROOT_HOST:
		set_host(spec, &request->caller);
		return 0;
	case RUN_ROOT_BUSYBOX:
		return run_set_busybox(spec, err);
	case RUN_ROOT_HELLO:
		return run_set_hello(spec, err);
	case RUN_ROOT_ROOTFS:
		return set_rootfs(spec, settings->rootfs, err);
	case RUN_ROOT_IMAGE:
		run_take_config(request);
		return 0;
	}
	return 0;
}
