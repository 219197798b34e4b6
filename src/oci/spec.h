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
	bool optional; /* frontend only: a missing source or target is passed
			* over (the host's /etc/localtime, a read-only root) */
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
	SPEC_ROOT_OVERLAY, /* a throw-away overlay over the directory */
	SPEC_ROOT_TMPFS,   /* empty; filled from spec.files */
};

struct spec_root {
	enum spec_root_kind kind;
	char *path; /* on the host, absolute; NULL for SPEC_ROOT_TMPFS */
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
};

/* "linux.devices" */
struct spec_device {
	char *path;
	char type; /* 'c', 'b', 'u' (as c) or 'p' */
	unsigned int major, minor;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	char *source; /* frontend only: node on the host to bind; NULL: by
		       * major and minor */
};

/* "linux.sysctl" */
struct spec_sysctl {
	char *key; /* of sysctl_key(): with dots between the parts, and a '/'
		    * for a dot within one (the interface eth0.100) */
	char *value;
};

struct spec {
	struct spec_root root;
	struct spec_process process;
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

	struct strv annotations; /* key=value, passive */
	bool init; /* frontend only: our own small init is PID 1 */
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

#endif
