// SPDX-License-Identifier: Apache-2.0
/* Makes filter_table.h when holt is built: the syscall filters of holt-net as
 * C arrays. What is not in the table kills the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/filter_rows.h"

enum {
	NETWORK = 1,
	WATCHER = 2,
	ROUTER = 4,
	SUPERVISOR = 8,
	ALL = 15,
};
/* Newer than the headers. */
#define NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
enum { SOCKET_TYPE = 0xf }; /* without SOCK_CLOEXEC and SOCK_NONBLOCK */

#define SOCKET(family, type, protocol) \
	{ \
		NETWORK, CALL(socket), \
			IF(3, IS(0, family), BITS(1, SOCKET_TYPE, type), \
			   IS(2, protocol)) \
	}
#define OPTION(level, name) \
	{ \
		NETWORK, CALL(setsockopt), IF(2, IS(1, level), IS(2, name)) \
	}

static const struct filter_row rows[] = {
	/* the loops */
	{ NETWORK | SUPERVISOR, CALL(epoll_wait) },
	{ NETWORK, CALL(epoll_pwait) },
	{ NETWORK | SUPERVISOR, CALL(epoll_ctl) },
	{ SUPERVISOR, CALL(epoll_create1) },
	{ WATCHER | SUPERVISOR, CALL(poll) },
	{ ALL, CALL(close) },
	{ ALL, CALL(restart_syscall) },
	{ ALL, CALL(rt_sigreturn) },
	{ ALL, CALL(exit) },
	{ ALL, CALL(exit_group) },
	/* clock_gettime is no syscall where the vDSO works */
	{ NETWORK | SUPERVISOR, CALL(clock_gettime) },
	/* frames, sockets, the control socket */
	{ ALL, CALL(read) },
	{ ALL, CALL(write) },
	{ NETWORK | SUPERVISOR, CALL(recvfrom) },
	{ NETWORK | ROUTER | SUPERVISOR, CALL(recvmsg) },
	{ NETWORK | SUPERVISOR, CALL(sendto) },
	{ ALL, CALL(sendmsg) },
	{ NETWORK | SUPERVISOR, CALL(connect) },
	{ NETWORK, CALL(shutdown) },
	{ NETWORK | SUPERVISOR, CALL(getsockname) },
	{ NETWORK, CALL(getpeername) },
	SOCKET(AF_INET, SOCK_STREAM, 0),
	SOCKET(AF_INET, SOCK_DGRAM, 0),
	SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_ICMP),
	SOCKET(AF_INET6, SOCK_STREAM, 0),
	SOCKET(AF_INET6, SOCK_DGRAM, 0),
	SOCKET(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6),
	{ SUPERVISOR, CALL(socket),
	  IF(2, IS(0, AF_INET), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ SUPERVISOR, CALL(socket),
	  IF(2, IS(0, AF_INET6), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ NETWORK, CALL(getsockopt),
	  IF(2, IS(1, SOL_SOCKET), IS(2, SO_ERROR)) },
	/* the standard descriptors, which become /dev/null */
	{ NETWORK, CALL(dup2), IF(1, { 1, SCMP_CMP_LT, 3, 0 }) },
	/* packets and connections of the lane */
	{ NETWORK, CALL(readv) },
	{ NETWORK, CALL(writev) },
	{ NETWORK, CALL(splice) },
	{ NETWORK, CALL(pipe2) },
	{ NETWORK, CALL(bind) },
	{ NETWORK | SUPERVISOR, CALL(listen) },
	{ NETWORK, CALL(accept4) },
	{ NETWORK, CALL(accept) }, /* libslirp's */
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY),
	OPTION(IPPROTO_IPV6, IPV6_RECVPKTINFO),
	OPTION(IPPROTO_IP, IP_PKTINFO),
	{ NETWORK, CALL(fcntl), IF(1, IS(1, F_SETPIPE_SZ)) },
	OPTION(SOL_SOCKET, SO_KEEPALIVE),
	OPTION(SOL_SOCKET, SO_LINGER),
	/* transparent sockets */
	{ ROUTER, CALL(socket),
	  IF(2, IS(0, AF_INET), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ ROUTER, CALL(socket),
	  IF(2, IS(0, AF_INET6), BITS(1, SOCKET_TYPE, SOCK_STREAM)) },
	{ ROUTER, CALL(setsockopt), IF(1, IS(1, SOL_SOCKET)) },
	{ ROUTER, CALL(setsockopt), IF(1, IS(1, IPPROTO_TCP)) },
	{ ROUTER, CALL(setsockopt),
	  IF(2, IS(1, IPPROTO_IP), IS(2, IP_TRANSPARENT)) },
	{ ROUTER, CALL(setsockopt),
	  IF(2, IS(1, IPPROTO_IPV6), IS(2, IPV6_TRANSPARENT)) },
	/* of libslirp's sockets */
	OPTION(SOL_SOCKET, SO_REUSEADDR),
	OPTION(SOL_SOCKET, SO_OOBINLINE),
	OPTION(IPPROTO_TCP, TCP_NODELAY),
	OPTION(IPPROTO_IP, IP_TTL),
	OPTION(IPPROTO_IP, IP_RECVERR),
	OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_RECVERR),
	{ NETWORK | SUPERVISOR, CALL(fcntl), IF(1, IS(1, F_GETFL)) },
	{ NETWORK | SUPERVISOR, CALL(fcntl), IF(1, IS(1, F_SETFL)) },
	{ NETWORK, CALL(fcntl), IF(1, IS(1, F_GETFD)) },
	{ NETWORK, CALL(fcntl), IF(1, IS(1, F_SETFD)) },
	{ NETWORK, CALL(ioctl), IF(1, IS(1, FIONREAD)) },
	{ NETWORK, CALL(ioctl), IF(1, IS(1, FIONBIO)) },
	/* Who has a port that is in use can't be found out from here. */
	{ NETWORK, CALL(openat), .deny_errno = EPERM },
	/* ids of DNS queries */
	{ NETWORK, CALL(getrandom) },
	/* the allocator, never executable */
	{ ALL, CALL(brk) },
	{ ALL, CALL(munmap) },
	{ NETWORK, CALL(mremap) },
	{ NETWORK, CALL(madvise) },
	{ ALL, CALL(mmap), IF(1, BITS(2, PROT_EXEC, 0)) },
	{ NETWORK | SUPERVISOR, CALL(mprotect), IF(1, BITS(2, PROT_EXEC, 0)) },
	/* GLib's locks, of which nobody else is waiting for one */
	{ NETWORK, CALL(futex) },
	/* the container's calls, and sockets in the place of its own */
	{ SUPERVISOR, CALL(ioctl), IF(1, IS(1, SECCOMP_IOCTL_NOTIF_RECV)) },
	{ SUPERVISOR, CALL(ioctl), IF(1, IS(1, SECCOMP_IOCTL_NOTIF_SEND)) },
	{ SUPERVISOR, CALL(ioctl), IF(1, IS(1, SECCOMP_IOCTL_NOTIF_ID_VALID)) },
	{ SUPERVISOR, CALL(ioctl), IF(1, IS(1, SECCOMP_IOCTL_NOTIF_ADDFD)) },
	{ SUPERVISOR, CALL(ioctl), IF(1, IS(1, NOTIF_SET_FLAGS)) },
	{ SUPERVISOR, CALL(getsockopt) },
	{ SUPERVISOR, CALL(setsockopt) },
	{ SUPERVISOR, CALL(dup) },
	{ SUPERVISOR, CALL(dup2) },
	/* its processes, and what /proc has of them, the only files there are
	 */
	{ SUPERVISOR, CALL(pidfd_open) },
	{ SUPERVISOR, CALL(pidfd_getfd) },
	{ SUPERVISOR, CALL(process_vm_readv) },
	{ SUPERVISOR, CALL(kcmp), IF(1, IS(2, KCMP_EPOLL_TFD)) },
	{ SUPERVISOR, CALL(openat),
	  IF(1, BITS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) },
	{ SUPERVISOR, CALL(lseek) },
	{ WATCHER | SUPERVISOR, CALL(fstat) },
	{ WATCHER | SUPERVISOR, CALL(newfstatat) },
	/* the host's resolv.conf; Landlock leaves only reading */
	{ WATCHER, CALL(openat),
	  IF(1, BITS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) },
	{ WATCHER, CALL(readlink) },
	{ WATCHER, CALL(inotify_init1) },
	{ WATCHER, CALL(inotify_add_watch) },
	/* the interface in fe80::1%eth0: if_nametoindex(3) */
	{ WATCHER, CALL(socket),
	  IF(2, IS(0, AF_UNIX), BITS(1, SOCKET_TYPE, SOCK_DGRAM)) },
	{ WATCHER, CALL(ioctl), IF(1, IS(1, SIOCGIFINDEX)) },
};

int main(void)
{
	static const struct filter_name names[] = {
		{ "filter_network", NETWORK },
		{ "filter_router", ROUTER },
		{ "filter_supervisor", SUPERVISOR },
		{ "filter_watcher", WATCHER },
	};

	return filter_rows_print(
		"NET_FILTER_TABLE_H", names, sizeof(names) / sizeof(names[0]),
		rows, sizeof(rows) / sizeof(rows[0]), SCMP_ACT_KILL_PROCESS);
}
