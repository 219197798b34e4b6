// SPDX-License-Identifier: Apache-2.0
/* What a container shall be: the OCI runtime-spec's config.json as a struct,
 * and the few things beside it that a frontend needs. Options, images and
 * bundles all become one of these; from then on nobody changes it.
 *
 * Everything hangs in the spec and goes with spec_clear(): strings are owned.
 * Section names below are those of runtime-spec 1.3 (config.md,
 * config-linux.md).
 */
#ifndef OCI_SPEC_H
#define OCI_SPEC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/alloc.h"
#include "idmap/map.h"
#include "oci/seccomp.h"

enum ns_type {
	NS_USER,
	NS_PID,
	NS_NETWORK,
	NS_MOUNT,
	NS_IPC,
	NS_UTS,
	NS_CGROUP,
	NS_TIME,
	NS_COUNT
};

/* "linux.namespaces": one of each at most. */
struct spec_namespace {
	bool wanted; /* false: stay in the caller's */
	char *path;  /* NULL: make a new one */
};

/* "mounts". The options are as written: plan/ reads them. */
struct spec_mount {
	char *destination; /* absolute */
	char *type;        /* NULL: "none", or "bind" by the options */
	char *source;      /* may be NULL */
	struct strv options;
	struct id_map uids, gids; /* "uidMappings", "gidMappings"; empty: none
				   */
	bool optional; /* frontend only: a missing source or target is passed
			* over (the host's /etc/localtime, a read-only root) */
	char *volume;  /* frontend only: .source is to be that of a volume */
	bool copy_up;  /* frontend only: a bind begins with what is there */
	bool of_root;  /* frontend only: the root's own directory, that stays
			* writable when the root is not */
};

/* A file the frontend brings, made on a private tmpfs before the command runs
 * (below a root that is a tmpfs) or bound over the path (elsewhere).
 */
enum spec_file_kind {
	SPEC_FILE_TEXT,    /* content is the text */
	SPEC_FILE_COPY,    /* content is a path on the host that is copied */
	SPEC_FILE_SYMLINK, /* content is the link's target */
	SPEC_FILE_DIR,     /* no content */
};

struct spec_file {
	enum spec_file_kind kind;
	char *path; /* absolute, in the container */
	char *content;
	mode_t mode;
};

/* "root", and what our frontend knows beside a directory. */
enum spec_root_kind {
	SPEC_ROOT_BIND,    /* the directory itself: what config.json can say */
	SPEC_ROOT_OVERLAY, /* a throw-away overlay over the directory, or over
			    * the layers */
	SPEC_ROOT_TMPFS,   /* empty; filled from spec.files */
};

struct spec_root {
	enum spec_root_kind kind;
	char *path; /* on the host, absolute; NULL for SPEC_ROOT_TMPFS, and
		     * where there are layers */
	struct strv layers; /* SPEC_ROOT_OVERLAY: an image's, the topmost first;
			     * absolute paths */
	bool has_layers;    /* also if there are none of them */
	char *writable;     /* directory that holds what is written; NULL: it is
			     * held in memory */
	bool readonly;
	bool recursive_readonly; /* "host": what is mounted below it as well */
};

/* "process.rlimits" */
struct spec_rlimit {
	int resource;     /* RLIMIT_* */
	const char *name; /* "RLIMIT_NOFILE", for messages; static */
	rlim_t soft, hard;
};

/* "process.capabilities": bit n is capability n (capabilities(7)). */
struct spec_capabilities {
	uint64_t bounding, effective, inheritable, permitted, ambient;
};

/* "process.user" */
struct spec_user {
	uid_t uid;
	gid_t gid;
	mode_t umask;
	bool has_umask;
	gid_t *groups; /* "additionalGids", owned */
	size_t group_count;
};

/* "process.scheduler": as sched_setattr(2) takes it. */
struct spec_scheduler {
	bool is_set;
	uint32_t policy; /* SCHED_* */
	uint64_t flags;  /* SCHED_FLAG_* */
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns; /* SCHED_DEADLINE */
};

/* "process.ioPriority": the number that ioprio_set(2) takes. */
struct spec_io_priority {
	bool is_set;
	int value; /* class and data */
};

/* "process.execCPUAffinity": CPU lists as written, "0-3,7"; NULL: not set.
 * They hold for processes of exec alone, before and after they are moved to
 * the container's cgroup.
 */
struct spec_affinity {
	char *initial, *final;
};

/* "process" */
struct spec_process {
	bool terminal;
	unsigned short rows, columns; /* "consoleSize"; 0: not said */
	char *cwd;
	struct strv env;  /* NAME=VALUE, no name twice */
	struct strv args; /* at least one */
	struct spec_user user;
	struct spec_capabilities capabilities;
	/* Named, but not known here: a warning, the spec forbids to fail. */
	struct strv unknown_capabilities;
	bool no_new_privileges;
	struct spec_rlimit *rlimits; /* owned; no resource twice */
	size_t rlimit_count;
	int oom_score_adj;
	bool has_oom_score_adj;
	struct spec_scheduler scheduler;
	struct spec_io_priority io_priority;
	struct spec_affinity affinity;
	char *apparmor_profile; /* NULL: none asked for */
	char *selinux_label;    /* NULL: none asked for */
};

/* "linux.devices" */
struct spec_device {
	char *path;
	char type; /* 'c', 'b', 'u' (as c) or 'p' */
	unsigned int major, minor;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	char *source; /* node on the host to bind, where it can't be made; NULL:
		       * the one at .path */
};

/* "linux.sysctl" */
struct spec_sysctl {
	char *key; /* of sysctl_key(): with dots between the parts, and a '/'
		    * for a dot within one (the interface eth0.100) */
	char *value;
};

/* A whole number that may be absent. */
struct spec_number {
	bool is_set;
	int64_t value;
};

/* "linux.resources.devices": one rule of the list, in its order. */
struct spec_device_rule {
	bool allow;
	char type;            /* 'a' (all), 'c' or 'b' */
	int64_t major, minor; /* -1: all */
	bool read, write, make_node;
};

/* "weightDevice" and "throttle*Device" of "linux.resources.blockIO". */
struct spec_block_device {
	unsigned int major, minor;
	struct spec_number weight, leaf_weight; /* weightDevice */
	uint64_t rate;                          /* throttle: bytes/s or IO/s */
};

struct spec_block_devices {
	struct spec_block_device *items; /* owned */
	size_t count;
};

/* "linux.resources.hugepageLimits" */
struct spec_hugepage_limit {
	char *size; /* "2MB" */
	uint64_t limit_bytes;
};

/* "linux.resources.rdma" */
struct spec_rdma_limit {
	char *device;
	struct spec_number handles, objects;
};

/* "linux.resources.network.priorities" */
struct spec_network_priority {
	char *interface;
	uint32_t priority;
};

enum spec_throttle {
	THROTTLE_READ_BPS,
	THROTTLE_WRITE_BPS,
	THROTTLE_READ_IOPS,
	THROTTLE_WRITE_IOPS,
	THROTTLE_COUNT
};

/* "linux.resources": limits by cgroup, in the specification's (v1's) units.
 * What cgroup/ makes of them on v1 and v2 is said there.
 */
struct spec_resources {
	struct spec_device_rule *devices; /* owned, in order */
	size_t device_count;

	/* memory; bytes, -1: unlimited */
	struct spec_number memory_limit, memory_reservation, memory_swap;
	struct spec_number memory_swappiness; /* 0..100 */
	bool memory_disable_oom_killer, memory_use_hierarchy;
	bool memory_check_before_update;

	/* cpu; times in microseconds */
	struct spec_number cpu_shares, cpu_quota, cpu_burst, cpu_period;
	struct spec_number cpu_realtime_runtime, cpu_realtime_period, cpu_idle;
	char *cpu_cpus, *cpu_mems; /* lists like "0-3,7"; NULL: not set */

	struct spec_number pids_limit; /* -1: unlimited; 0 is a limit */

	struct spec_number block_weight, block_leaf_weight;
	struct spec_block_devices block_weights;
	struct spec_block_devices block_throttles[THROTTLE_COUNT];

	struct spec_hugepage_limit *hugepages; /* owned */
	size_t hugepage_count;
	struct spec_rdma_limit *rdma; /* owned */
	size_t rdma_count;
	struct spec_number network_class;
	struct spec_network_priority *network_priorities; /* owned */
	size_t network_priority_count;

	struct strv unified; /* "file=value", in order */
};

/* "hooks": the six points, in the order they are run at. */
enum spec_hook_point {
	HOOK_PRESTART,
	HOOK_CREATE_RUNTIME,
	HOOK_CREATE_CONTAINER,
	HOOK_START_CONTAINER,
	HOOK_POSTSTART,
	HOOK_POSTSTOP,
	HOOK_COUNT
};

struct spec_hook {
	char *path;       /* absolute */
	struct strv args; /* with args[0]; empty: the path is it */
	struct strv env;  /* only if has_env */
	bool has_env;     /* false: what the caller's environment gives */
	int timeout_s;    /* 0: none */
};

struct spec_hooks {
	struct spec_hook *items; /* owned, in order */
	size_t count;
};

/* "linux.timeOffsets" */
struct spec_time_offset {
	bool is_set;
	int64_t secs;
	uint32_t nanosecs;
};

/* "linux.netDevices": an interface that is moved into the container. */
struct spec_net_device {
	char *name;     /* on the host */
	char *new_name; /* in the container; NULL: the same */
};

/* "linux.memoryPolicy": as set_mempolicy(2) takes it. */
struct spec_memory_policy {
	bool is_set;
	int mode;    /* MPOL_*, with its flags */
	char *nodes; /* list like "0-3,7"; NULL: none */
};

/* "linux.intelRdt" */
struct spec_intel_rdt {
	bool is_set;
	char *clos_id, *l3_cache_schema, *mem_bw_schema; /* NULL: not set */
	struct strv schemata;
	bool enable_monitoring;
};

struct spec {
	struct spec_root root;
	struct spec_process process;
	bool has_process; /* false: it can be created, but not be started */
	char *hostname, *domainname; /* NULL: not set */

	struct spec_mount *mounts; /* owned, in order */
	size_t mount_count;
	struct spec_file *files; /* owned, in order; frontend only */
	size_t file_count;

	struct spec_namespace namespaces[NS_COUNT];
	struct id_map uids, gids; /* empty: none given */
	bool deny_setgroups;

	struct spec_device *devices; /* owned */
	size_t device_count;
	struct spec_sysctl *sysctls; /* owned */
	size_t sysctl_count;

	struct seccomp_profile seccomp;
	struct strv masked_paths, readonly_paths; /* absolute */
	char *rootfs_propagation; /* "private", "rslave"...; NULL: not said */

	char *cgroups_path; /* as written; NULL: not said */
	struct spec_resources resources;
	struct spec_hooks hooks[HOOK_COUNT];
	struct spec_time_offset monotonic, boottime;
	struct spec_net_device *net_devices; /* owned */
	size_t net_device_count;
	char *mount_label;         /* NULL: none asked for */
	unsigned long personality; /* PER_* of personality(2) */
	bool has_personality;
	struct spec_memory_policy memory_policy;
	struct spec_intel_rdt intel_rdt;

	struct strv annotations; /* key=value, passive */
	/* What isn't as the specification has it, and is done all the same:
	 * a line each, for warnings.
	 */
	struct strv deviations;
	bool own_proc; /* no /proc of others stands in for one of its own */
	bool init;     /* frontend only: our own small init is PID 1 */
};

/* Growing the lists; each returns the new, zeroed element. */
struct spec_mount *spec_add_mount(struct spec *spec, const char *type,
				  const char *source, const char *destination,
				  const char *options);
struct spec_file *spec_add_file(struct spec *spec, enum spec_file_kind kind,
				const char *path, const char *content,
				mode_t mode);
struct spec_device *spec_add_device(struct spec *spec, const char *path);
void spec_add_sysctl(struct spec *spec, const char *key, const char *value);

/** spec_add_rlimit() - Set or replace the limit of @resource. */
void spec_add_rlimit(struct spec *spec, int resource, rlim_t soft, rlim_t hard);

/** spec_set_env() - Set or replace one variable of process.env. */
void spec_set_env(struct spec *spec, const char *name, const char *value);

/** spec_get_env() - Value of a variable of process.env, or NULL. */
const char *spec_get_env(const struct spec *spec, const char *name);

void spec_clear(struct spec *spec);

/** spec_resources_clear() - The same for resources that stand alone. */
void spec_resources_clear(struct spec_resources *resources);

#endif
