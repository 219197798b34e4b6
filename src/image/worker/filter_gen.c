// SPDX-License-Identifier: Apache-2.0
/* Makes filter_table.h when holt is built: the syscall filters of holt-image as
 * C arrays. What is not in the table doesn't exist (ENOSYS): libraries of other
 * versions, and modules for looking up names of hosts, try other calls then,
 * and what breaks says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/filter_rows.h"

enum {
	FILES = 1,   /* jobs on what is on the disk */
	NETWORK = 2, /* jobs that talk to registries */
	BOTH = 3,
};

/* Without SOCK_CLOEXEC and SOCK_NONBLOCK. */
enum { SOCKET_TYPE = 0xf };

static const struct filter_row rows[] = {
	/* data */
	{ BOTH, CALL(read) },
	{ BOTH, CALL(write) },
	{ BOTH, CALL(readv) },
	{ BOTH, CALL(writev) },
	{ BOTH, CALL(pread64) },
	{ BOTH, CALL(pwrite64) },
	{ BOTH, CALL(preadv) },
	{ BOTH, CALL(pwritev) },
	{ BOTH, CALL(lseek) },
	{ BOTH, CALL(copy_file_range) },
	{ BOTH, CALL(sendfile) },
	{ BOTH, CALL(fadvise64) },
	{ BOTH, CALL(ftruncate) },
	{ BOTH, CALL(fallocate) },
	{ BOTH, CALL(fsync) },
	{ BOTH, CALL(fdatasync) },
	{ BOTH, CALL(sync_file_range) },
	{ BOTH, CALL(syncfs) },
	{ BOTH, CALL(flock) },
	{ FILES, CALL(ioctl), IF(1, IS(1, FICLONE)) },
	{ FILES, CALL(ioctl), IF(1, IS(1, FIONREAD)) },
	/* no terminals: isatty(3) asks for one */
	{ BOTH, CALL(ioctl), IF(1, IS(1, TCGETS)), .deny_errno = ENOTTY },
	/* descriptors */
	{ BOTH, CALL(close) },
	{ BOTH, CALL(close_range) },
	{ BOTH, CALL(dup) },
	{ BOTH, CALL(dup2) },
	{ BOTH, CALL(dup3) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_DUPFD)) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_DUPFD_CLOEXEC)) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_GETFD)) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_SETFD)) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_GETFL)) },
	{ BOTH, CALL(fcntl), IF(1, IS(1, F_SETFL)) },
	{ BOTH, CALL(pipe2) },
	{ BOTH, CALL(memfd_create) },
	/* files; Landlock says which */
	{ BOTH, CALL(open) },
	{ BOTH, CALL(openat) },
	{ BOTH, CALL(openat2) },
	{ BOTH, CALL(getdents64) },
	{ BOTH, CALL(fstat) },
	{ BOTH, CALL(newfstatat) },
	{ BOTH, CALL(stat) },
	{ BOTH, CALL(lstat) },
	{ BOTH, CALL(statx) },
	{ BOTH, CALL(fstatfs) },
	{ BOTH, CALL(statfs) },
	{ BOTH, CALL(access) },
	{ BOTH, CALL(faccessat) },
	{ BOTH, CALL(faccessat2) },
	{ BOTH, CALL(readlink) },
	{ BOTH, CALL(readlinkat) },
	{ BOTH, CALL(getcwd) },
	{ FILES, CALL(fchdir) },
	{ BOTH, CALL(umask) },
	{ BOTH, CALL(mkdirat) },
	{ BOTH, CALL(unlinkat) },
	{ BOTH, CALL(linkat) },
	{ BOTH, CALL(renameat) },
	{ BOTH, CALL(renameat2) },
	{ BOTH, CALL(fchmod) },
	{ FILES, CALL(symlinkat) },
	/* FIFOs, and the mark of an overlay that something is gone: it is the
	 * device 0:0, which is none
	 */
	{ FILES, CALL(mknodat), IF(1, BITS(2, S_IFMT, S_IFIFO)) },
	{ FILES, CALL(mknodat), IF(2, BITS(2, S_IFMT, S_IFCHR), IS(3, 0)) },
	{ FILES, CALL(fchmodat) },
	{ FILES, CALL(fchown) },
	{ FILES, CALL(fchownat) },
	{ FILES, CALL(utimensat) },
	{ FILES, CALL(fsetxattr) },
	{ FILES, CALL(setxattr) },
	{ FILES, CALL(lsetxattr) },
	{ FILES, CALL(fgetxattr) },
	{ FILES, CALL(getxattr) },
	{ FILES, CALL(lgetxattr) },
	{ FILES, CALL(flistxattr) },
	{ FILES, CALL(listxattr) },
	{ FILES, CALL(llistxattr) },
	{ FILES, CALL(fremovexattr) },
	{ FILES, CALL(removexattr) },
	{ FILES, CALL(lremovexattr) },
	/* memory; modules for names of hosts are loaded when they are needed,
	 * and nothing is executable that can be written
	 */
	{ BOTH, CALL(brk) },
	{ BOTH, CALL(munmap) },
	{ BOTH, CALL(mremap) },
	{ BOTH, CALL(madvise) },
	{ BOTH, CALL(mmap), IF(1, BITS(2, PROT_EXEC, 0)) },
	{ NETWORK, CALL(mmap),
	  IF(1, BITS(2, PROT_EXEC | PROT_WRITE, PROT_EXEC)) },
	{ BOTH, CALL(mprotect), IF(1, BITS(2, PROT_EXEC, 0)) },
	/* threads, and no processes; clone3(2), whose flags are in memory,
	 * gives way to this
	 */
	{ BOTH, CALL(clone),
	  IF(1, BITS(0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD)) },
	{ BOTH, CALL(futex) },
	{ BOTH, CALL(set_robust_list) },
	{ BOTH, CALL(rseq) },
	{ BOTH, CALL(membarrier) },
	{ BOTH, CALL(sched_yield) },
	{ BOTH, CALL(sched_getaffinity) },
	{ BOTH, CALL(rt_sigaction) },
	{ BOTH, CALL(rt_sigprocmask) },
	{ BOTH, CALL(rt_sigreturn) },
	{ BOTH, CALL(sigaltstack) },
	{ BOTH, CALL(tgkill) },
	{ BOTH, CALL(exit) },
	{ BOTH, CALL(exit_group) },
	{ BOTH, CALL(restart_syscall) },
	/* time and waiting */
	{ BOTH, CALL(clock_gettime) },
	{ BOTH, CALL(clock_getres) },
	{ BOTH, CALL(gettimeofday) },
	{ BOTH, CALL(time) },
	{ BOTH, CALL(nanosleep) },
	{ BOTH, CALL(clock_nanosleep) },
	{ BOTH, CALL(poll) },
	{ BOTH, CALL(ppoll) },
	/* who and where we are */
	{ BOTH, CALL(getpid) },
	{ BOTH, CALL(getppid) },
	{ BOTH, CALL(gettid) },
	{ BOTH, CALL(getuid) },
	{ BOTH, CALL(geteuid) },
	{ BOTH, CALL(getgid) },
	{ BOTH, CALL(getegid) },
	{ BOTH, CALL(uname) },
	{ BOTH, CALL(sysinfo) },
	{ BOTH, CALL(getrandom) },
	{ BOTH, CALL(getrusage) },
	{ BOTH, CALL(prlimit64), IF(1, IS(2, 0)) }, /* to read */
	/* TCP, and UDP for names; AF_UNIX would lead to the services of the
	 * user's session, which start programs
	 */
	{ NETWORK, CALL(socket),
	  IF(2, IS(0, AF_INET), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ NETWORK, CALL(socket),
	  IF(2, IS(0, AF_INET), BITS(1, SOCKET_TYPE, SOCK_DGRAM)) },
	{ NETWORK, CALL(socket),
	  IF(2, IS(0, AF_INET6), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ NETWORK, CALL(socket),
	  IF(2, IS(0, AF_INET6), BITS(1, SOCKET_TYPE, SOCK_DGRAM)) },
	{ NETWORK, CALL(socket),
	  IF(2, IS(0, AF_NETLINK), IS(2, NETLINK_ROUTE)) },
	{ NETWORK, CALL(socket), IF(1, IS(0, AF_UNIX)),
	  .deny_errno = EAFNOSUPPORT },
	{ NETWORK, CALL(socketpair), IF(1, IS(0, AF_UNIX)) },
	{ NETWORK, CALL(connect) },
	{ NETWORK, CALL(bind) },
	{ NETWORK, CALL(getsockname) },
	{ NETWORK, CALL(getpeername) },
	{ NETWORK, CALL(getsockopt) },
	{ NETWORK, CALL(setsockopt) },
	{ NETWORK, CALL(sendto) },
	{ NETWORK, CALL(sendmsg) },
	{ NETWORK, CALL(sendmmsg) },
	{ NETWORK, CALL(recvfrom) },
	{ NETWORK, CALL(recvmsg) },
	{ NETWORK, CALL(recvmmsg) },
	{ NETWORK, CALL(shutdown) },
	{ NETWORK, CALL(ioctl), IF(1, IS(1, FIONREAD)) },
	{ NETWORK, CALL(ioctl), IF(1, IS(1, FIONBIO)) },
	{ NETWORK, CALL(select) },
	{ NETWORK, CALL(pselect6) },
	{ NETWORK, CALL(epoll_create1) },
	{ NETWORK, CALL(epoll_ctl) },
	{ NETWORK, CALL(epoll_wait) },
	{ NETWORK, CALL(epoll_pwait) },
	{ NETWORK, CALL(eventfd2) },
};

int main(void)
{
	static const struct filter_name names[] = {
		{ "filter_files", FILES },
		{ "filter_network", NETWORK },
	};

	return filter_rows_print("IMAGE_WORKER_FILTER_TABLE_H", names,
				 sizeof(names) / sizeof(names[0]), rows,
				 sizeof(rows) / sizeof(rows[0]),
				 SCMP_ACT_ERRNO(ENOSYS));
}
