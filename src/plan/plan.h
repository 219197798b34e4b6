// SPDX-License-Identifier: Apache-2.0
/* What will be done, as data: made from a spec by plan_make() (plan/make.h), a
 * pure function, and carried out by container/ (the parent's side) and init/
 * (the child's). Nothing in here is decided later.
 *
 * A plan borrows from the spec it was made of, which has to outlive it; what it
 * had to put together itself hangs in `strings`.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdint.h>

#include "oci/spec.h"

/* A mount, made as a detached tree first and then moved to its place, so that
 * it is never seen with less protection than it ends with.
 */
enum mount_kind {
	MOUNT_BIND,   /* a copy of the tree at `source`, a path on the host */
	MOUNT_DEVICE, /* the same, of a device node that has to be `device` */
	MOUNT_NEW,    /* a new file system of `type` */
	MOUNT_CGROUP, /* our directory in the cgroup v1 hierarchy of the
		       * controllers `type` that is mounted at `source` */
	/* Of what is there by then, in the order of the list */
	MOUNT_SYMLINK, /* no mount, but a symlink to `source` */
	MOUNT_CHANGE,  /* a mount gets other options */
	MOUNT_OF_ROOT, /* the root's own directory, as a mount of its own */
};

/* May it be missing? A mount that covers something of the host's never goes
 * missing for another reason than that there is nothing to cover.
 */
enum mount_need {
	MOUNT_REQUIRED,
	MOUNT_IF_THERE,    /* passed over where the target doesn't exist */
	MOUNT_IF_POSSIBLE, /* and where the kernel doesn't let us make it */
};

/* Whom the files of a mount belong to in the container. */
struct mount_ids {
	struct id_map uids, gids; /* owned */
	bool joined;    /* as in the user namespace that is joined instead */
	bool recursive; /* what is mounted below as well */
};

struct mount_op {
	enum mount_kind kind;
	enum mount_need need;
	const char *source;   /* may be NULL for MOUNT_NEW */
	const char *target;   /* absolute, in the container */
	const char *type;     /* of the file system, for MOUNT_NEW */
	const char *fallback; /* MOUNT_NEW: bind this path of the host instead
			       * when the kernel says EPERM; NULL: fail */
	char *const *parameters; /* "key" or "key=value" for fsconfig(2), ends
				  * with NULL; NULL: none */

	/* mount_setattr(2), on the mount and on the tree below it */
	uint64_t set, clear, recursive_set, recursive_clear;
	uint64_t propagation; /* MS_PRIVATE and the like; 0: as it comes */
	bool propagate_recursive;

	struct mount_ids *ids; /* owned; NULL: whom they belong to anyway. Such
				* a tree is made by the parent */
	const char *label;     /* MOUNT_NEW: security.selinux of its root; NULL:
				* none */
	dev_t device;          /* MOUNT_DEVICE: major and minor it must have */
	bool recursive;        /* MOUNT_BIND: with what is mounted below */
	bool copy_symlink;     /* MOUNT_BIND: a symlink is made anew instead */
	bool source_nofollow;  /* MOUNT_BIND: of a symlink itself */
	bool target_nofollow;  /* onto a symlink itself */
	bool plain_directory;  /* no symlink may pose as the target */
	bool needs_ids; /* can't be made before the id maps are written */
	bool copy_up;   /* begins with what lies at its target */
	bool is_proc;   /* the container's own /proc: settings are made there */
	bool is_devpts; /* the container's terminals come from here */
};

enum file_kind {
	FILE_BOUND,   /* text on the private tmpfs, bound over `path` */
	FILE_TEXT,    /* text written at `path` */
	FILE_COPY,    /* copy of the host's file `content` */
	FILE_SYMLINK, /* symlink to `content` */
	FILE_DIR,
};

struct file_op {
	enum file_kind kind;
	const char *path;
	const char *content;
	mode_t mode;
	bool optional;
};

struct device_op {
	const char *path; /* in the container */
	mode_t type_mode; /* S_IFCHR and so on, with permissions */
	dev_t device;
	uid_t uid;
	gid_t gid;
	const char *source; /* node on the host, bound where mknod may not be */
};

/* A namespace that exists: entered before the others are made (init/join.h).
 */
struct join_op {
	const char *path;
	int flag; /* CLONE_NEW*; 0 ends the list */
};

/* A hook, ready to be run. */
struct hook_op {
	const char *path; /* for messages where .fd says what is executed */
	int fd;           /* -1: by path */
	char *const *argv, *const *env;
	const char *cwd; /* NULL: cwd_fd */
	int cwd_fd;
	int stdout_fd, stderr_fd; /* -1: kept for the error */
	int timeout_s;            /* 0: none */
	int interrupt_fd;         /* of interrupt_open(); -1: none */
	bool has_umask;           /* false: ours */
	mode_t umask;
};

struct hook_list {
	struct hook_op *items; /* owned */
	size_t count;
	int stdout_fd, stderr_fd; /* of all of them, if there are any; owned */
	/* The container's state around the number of its process, which only
	 * the process itself knows; owned.
	 */
	char *state_head, *state_tail;
};

/* As many NUMA nodes as the kernel can have. */
enum { NODE_MAX = 1024, NODE_WORDS = NODE_MAX / (8 * sizeof(long)) };

/* Room for "HOME=" and a path, and for "LISTEN_PID=" and a number. */
enum { HOME_ROOM = 4096 + 8, LISTEN_PID_ROOM = 32 };

struct plan {
	/* Namespaces. User and PID are made by clone3(2), so that the id maps
	 * can be written while the child makes the others.
	 */
	uint64_t clone_flags;
	int unshare_flags;
	struct join_op joins[NS_COUNT + 1];
	bool new_cgroup_namespace; /* made last, when we are in our cgroup */
	bool share_mounts; /* no mount namespace: a chroot, and no mounts */
	bool joins_user, joins_pid; /* these are among the joins */
	bool in_userns; /* the container's isn't the machine's first */
	const struct id_map *uids, *gids; /* NULL: no new user namespace */
	bool become_root; /* id 0 isn't me: change to it once maps are there;
			   * with joins_user, if it is mapped at all */
	const struct spec_net_device *net_devices; /* the parent moves them in
						    */
	size_t net_device_count;
	bool loopback_up; /* a network namespace that nobody else sets up */

	/* For new file systems; NULL: none. And which option it goes into. */
	const char *mount_label, *mount_context;

	/* Root and what is mounted in it, in order */
	struct spec_root root;
	struct mount_op *mounts;
	size_t mount_count;
	struct file_op *files;
	size_t file_count;
	struct device_op *devices; /* neither bound nor there by default */
	size_t device_count;
	const struct strv *masked_paths, *readonly_paths;
	unsigned long rootfs_propagation; /* MS_*; 0: leave */

	/* The process */
	const struct spec_process *process;
	char **env; /* owned: the process's, with what was added below */
	char *home; /* owned, HOME_ROOM bytes, an item of env: init fills it in;
		     * NULL: HOME is set */
	char *listen_pid; /* owned, LISTEN_PID_ROOM bytes, an item of env: gets
			   * the pid of the command; NULL: there is none */
	bool drop_groups; /* setgroups(2) is allowed: set process.user.groups */
	struct seccomp_program seccomp;
	bool bypass; /* holt-net answers for calls that connect (bypass.c) */
	const struct spec_memory_policy *memory_policy;
	unsigned long memory_nodes[NODE_WORDS]; /* of it, a bit each */
	bool has_personality;
	unsigned long personality;
	const struct spec_time_offset *monotonic, *boottime;
	const char *hostname, *domainname;
	const struct spec_sysctl *sysctls;
	size_t sysctl_count;
	unsigned int preserve_fds; /* descriptors from 3 on that are kept */
	bool init;                 /* our own reaper is PID 1 */
	char *arguments; /* our own command line, which the reaper blanks: it
			  * would tell the container of the host; NULL: none */
	size_t arguments_size;
	/* Hooks in the container's namespaces; and are there others, that the
	 * parent runs before these?
	 */
	struct hook_list create_hooks, start_hooks;
	bool runtime_hooks;

	bool wait; /* stop before the command until the parent says go */
	bool keep_keyring;   /* stay in the caller's session keyring */
	const char *keyring; /* name of a new one; NULL: it has none */
	bool detach;         /* from then on live without the parent */
	bool park;           /* then wait at start_socket for who starts it */
	int start_socket;    /* listening, SOCK_SEQPACKET */
	int created_lock;    /* held open until the command is executed */

	struct strv strings; /* owned: texts made for the above */
	struct strv *lists;  /* owned: parameter lists made for the above */
	size_t list_count;
};

/** plan_clear() - Free what the plan owns, and leave an empty one. */
void plan_clear(struct plan *plan);

#endif
