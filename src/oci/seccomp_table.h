// SPDX-License-Identifier: Apache-2.0
/* Which system calls a container may make: the one list, in words. Only the
 * generator (seccomp_generate.c) reads it, when holt is built.
 *
 * A call that no row names is refused with EPERM; one with a number above all
 * that are named here didn't exist when this was written and gets ENOSYS, so
 * that a C library tries its older ways. A call stands in one row only.
 */
#ifndef OCI_SECCOMP_TABLE_H
#define OCI_SECCOMP_TABLE_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

/* What is looked at in a call's arguments. */
enum call_check {
	CHECK_NOTHING,
	CHECK_SOCKET,      /* socket_families, netlink_protocols, AF_PACKET */
	CHECK_SOCKETPAIR,  /* local sockets */
	CHECK_PERSONALITY, /* personalities */
	CHECK_IOCTL,       /* not refused_ioctls */
	CHECK_CLONE,       /* no CLONE_NEW* among the flags */
	CHECK_UNSHARE,     /* the same, and no CLONE_NEWTIME */
};

/* The calls are allowed when the check holds, or to who has one of the
 * capabilities. A row with neither allows them to all.
 */
struct call_row {
	uint64_t capabilities;
	enum call_check check;
	int refusal;       /* errno for the others; 0: EPERM */
	const char *calls; /* names, with a blank after each */
};

/* Calls newer than the libseccomp that may be built against. Since Linux 5.1 a
 * new call has one number on all architectures.
 */
struct new_call {
	const char *name;
	int number;
};

static const struct new_call new_calls[] = {
	{ "cachestat", 451 },         { "fchmodat2", 452 },
	{ "map_shadow_stack", 453 },  { "futex_wake", 454 },
	{ "futex_wait", 455 },        { "futex_requeue", 456 },
	{ "statmount", 457 },         { "listmount", 458 },
	{ "lsm_get_self_attr", 459 }, { "lsm_set_self_attr", 460 },
	{ "lsm_list_modules", 461 },  { "mseal", 462 },
	{ "setxattrat", 463 },        { "getxattrat", 464 },
	{ "listxattrat", 465 },       { "removexattrat", 466 },
	{ "open_tree_attr", 467 },    { "file_getattr", 468 },
	{ "file_setattr", 469 },
};

/* Families that can't reach beyond the network namespace. Everything else
 * (AF_ALG, AF_VSOCK, AF_RXRPC, AF_KEY, AF_XDP, AF_TIPC...) is kernel code that
 * containers have no use for, or a way out of the namespace. A list of the
 * good ones, compared in all 64 bits: the kernel looks at 32 of them, so that
 * a list of the bad ones can be walked around with the others.
 */
static const uint32_t socket_families[] = { AF_UNIX, AF_INET, AF_INET6 };

/* Not NETLINK_XFRM and NETLINK_CRYPTO, whose modules attackers like. */
static const uint32_t netlink_protocols[] = {
	NETLINK_ROUTE,      NETLINK_USERSOCK,       NETLINK_SOCK_DIAG,
	NETLINK_SELINUX,    NETLINK_CONNECTOR,      NETLINK_NETFILTER,
	NETLINK_FIB_LOOKUP, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC,
};

/* useradd, sudo and sshd end when they can't open this one, unless they are
 * told that the kernel has no such thing.
 */
#define NETLINK_ABSENT       NETLINK_AUDIT
#define NETLINK_ABSENT_ERRNO EINVAL

/* The rest of the flags weaken the address space's layout. */
static const uint32_t personalities[] = {
	PER_LINUX,  PER_LINUX32, PER_LINUX | UNAME26, PER_LINUX32 | UNAME26,
	0xffffffff, /* "tell me" */
};

/* Both type into the terminal that we share with the caller's shell. */
static const uint32_t refused_ioctls[] = { TIOCSTI, TIOCLINUX };

#define CLONE_NEW_ANY \
	(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | \
	 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define CLONE_NEWTIME_BIT 0x80 /* of unshare; an exit signal's bit in clone */

#define HOLDS(name) (UINT64_C(1) << CAP_##name)

static const struct call_row call_rows[] = {
	/* Files and directories by name */
	{ .calls = "open openat openat2 creat access faccessat faccessat2 stat "
		   "lstat newfstatat statx readlink readlinkat chdir fchdir "
		   "getcwd mkdir mkdirat rmdir rename renameat renameat2 link "
		   "linkat symlink symlinkat unlink unlinkat mknod mknodat "
		   "chmod fchmodat fchmodat2 chown lchown fchownat umask utime "
		   "utimes utimensat futimesat truncate statfs "
		   "name_to_handle_at file_getattr file_setattr " },
	{ .calls = "setxattr lsetxattr fsetxattr setxattrat getxattr "
		   "lgetxattr fgetxattr getxattrat listxattr llistxattr "
		   "flistxattr listxattrat removexattr lremovexattr "
		   "fremovexattr removexattrat " },
	/* Open descriptors */
	{ .calls = "read readv pread64 preadv preadv2 write writev pwrite64 "
		   "pwritev pwritev2 lseek close close_range dup dup2 dup3 "
		   "fcntl flock fstat fstatfs fchmod fchown ftruncate "
		   "fallocate fadvise64 getdents getdents64 readahead pipe "
		   "pipe2 splice tee vmsplice sendfile copy_file_range "
		   "cachestat " },
	{ .calls = "sync syncfs fsync fdatasync sync_file_range " },
	{ .calls = "ioctl ", .check = CHECK_IOCTL },
	/* Waiting for descriptors */
	{ .calls = "select pselect6 poll ppoll epoll_create epoll_create1 "
		   "epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd "
		   "eventfd2 signalfd signalfd4 timerfd_create timerfd_settime "
		   "timerfd_gettime inotify_init inotify_init1 "
		   "inotify_add_watch inotify_rm_watch fanotify_mark " },
	/* Asynchronous I/O of databases; io_uring has its own way round the
	 * filter and stays out.
	 */
	{ .calls = "io_setup io_destroy io_submit io_cancel io_getevents "
		   "io_pgetevents " },
	/* Memory */
	{ .calls = "brk mmap mremap munmap mprotect madvise process_madvise "
		   "process_mrelease mincore msync mlock mlock2 mlockall "
		   "munlock munlockall mseal memfd_create memfd_secret "
		   "remap_file_pages pkey_alloc pkey_free pkey_mprotect "
		   "membarrier map_shadow_stack " },
	/* Processes and threads. ptrace has been no way past a filter since
	 * Linux 4.8, and process_vm_readv asks for the same rights as ptrace.
	 */
	{ .calls = "fork vfork execve execveat exit exit_group wait4 waitid "
		   "getpid getppid gettid getpgid setpgid getpgrp getsid "
		   "setsid set_tid_address set_robust_list get_robust_list "
		   "rseq futex futex_waitv futex_wait futex_wake "
		   "futex_requeue getcpu prctl ptrace process_vm_readv "
		   "process_vm_writev pidfd_open pidfd_send_signal "
		   "restart_syscall " },
	{ .calls = "clone ",
	  .check = CHECK_CLONE,
	  .capabilities = HOLDS(SYS_ADMIN) },
	{ .calls = "unshare ",
	  .check = CHECK_UNSHARE,
	  .capabilities = HOLDS(SYS_ADMIN) },
	/* Its flags are in memory, where no filter can look; without it C
	 * libraries use clone.
	 */
	{ .calls = "clone3 ",
	  .capabilities = HOLDS(SYS_ADMIN),
	  .refusal = ENOSYS },
	{ .calls = "sched_yield sched_getparam sched_setparam "
		   "sched_getscheduler sched_setscheduler sched_getattr "
		   "sched_setattr sched_getaffinity sched_setaffinity "
		   "sched_get_priority_max sched_get_priority_min "
		   "sched_rr_get_interval getpriority setpriority ioprio_get "
		   "ioprio_set " },
	{ .calls = "getrlimit setrlimit prlimit64 getrusage times sysinfo "
		   "uname " },
	{ .calls = "personality ", .check = CHECK_PERSONALITY },
	/* Only on some architectures */
	{ .calls = "arch_prctl modify_ldt get_thread_area set_thread_area "
		   "riscv_flush_icache " },
	/* Signals */
	{ .calls = "kill tkill tgkill pause alarm getitimer setitimer "
		   "sigaltstack rt_sigaction rt_sigprocmask rt_sigpending "
		   "rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo "
		   "rt_tgsigqueueinfo rt_sigreturn " },
	/* Time; who sets a clock is asked for CAP_SYS_TIME by the kernel */
	{ .calls = "time gettimeofday clock_gettime clock_getres nanosleep "
		   "clock_nanosleep timer_create timer_settime timer_gettime "
		   "timer_getoverrun timer_delete adjtimex clock_adjtime "
		   "getrandom " },
	/* Who I am */
	{ .calls = "getuid geteuid getgid getegid getresuid getresgid "
		   "getgroups setuid setgid setreuid setregid setresuid "
		   "setresgid setfsuid setfsgid setgroups capget capset "
		   "seccomp landlock_create_ruleset landlock_add_rule "
		   "landlock_restrict_self lsm_get_self_attr "
		   "lsm_set_self_attr lsm_list_modules " },
	/* Sockets */
	{ .calls = "socket ", .check = CHECK_SOCKET },
	{ .calls = "socketpair ", .check = CHECK_SOCKETPAIR },
	{ .calls = "bind listen accept accept4 connect shutdown getsockname "
		   "getpeername getsockopt setsockopt sendto sendmsg sendmmsg "
		   "recvfrom recvmsg recvmmsg " },
	/* Shared memory and messages */
	{ .calls = "shmget shmat shmdt shmctl semget semop semtimedop semctl "
		   "msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend "
		   "mq_timedreceive mq_notify mq_getsetattr " },

	/* What the kernel asks a capability for: who has it may try. */
	{ .calls =
		  "mount umount2 pivot_root mount_setattr move_mount open_tree "
		  "open_tree_attr fsopen fsconfig fsmount fspick setns "
		  "sethostname setdomainname quotactl quotactl_fd "
		  "fanotify_init lookup_dcookie ",
	  .capabilities = HOLDS(SYS_ADMIN) },
	/* Without them mount tools read /proc/self/mountinfo. */
	{ .calls = "statmount listmount ",
	  .capabilities = HOLDS(SYS_ADMIN),
	  .refusal = ENOSYS },
	{ .calls = "bpf ", .capabilities = HOLDS(BPF) | HOLDS(SYS_ADMIN) },
	{ .calls = "perf_event_open ",
	  .capabilities = HOLDS(PERFMON) | HOLDS(SYS_ADMIN) },
	{ .calls = "syslog ", .capabilities = HOLDS(SYSLOG) },
	{ .calls = "chroot ", .capabilities = HOLDS(SYS_CHROOT) },
	{ .calls = "open_by_handle_at ",
	  .capabilities = HOLDS(DAC_READ_SEARCH) },
	{ .calls = "kcmp pidfd_getfd ", .capabilities = HOLDS(SYS_PTRACE) },
	{ .calls = "get_mempolicy set_mempolicy set_mempolicy_home_node mbind "
		   "migrate_pages move_pages ",
	  .capabilities = HOLDS(SYS_NICE) },
	{ .calls = "init_module finit_module delete_module ",
	  .capabilities = HOLDS(SYS_MODULE) },
	{ .calls = "acct ", .capabilities = HOLDS(SYS_PACCT) },
	{ .calls = "iopl ioperm ", .capabilities = HOLDS(SYS_RAWIO) },
	{ .calls = "settimeofday clock_settime ",
	  .capabilities = HOLDS(SYS_TIME) },
	{ .calls = "vhangup ", .capabilities = HOLDS(SYS_TTY_CONFIG) },
	{ .calls = "reboot ", .capabilities = HOLDS(SYS_BOOT) },
};

#endif
