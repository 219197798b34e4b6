// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "init/join.h"
#include "init/step.h"

static int write_offset(int fd, const char *clock,
			const struct spec_time_offset *offset,
			struct error *err)
{
	char text[64];
	int size, result;

	if (!offset->is_set)
		return 0;
	size = snprintf(text, sizeof(text), "%s %lld %u\n", clock,
			(long long)offset->secs, offset->nanosecs);
	result = fd_write_all(fd, text, (size_t)size);
	if (result < 0)
		return error_set(err, -result, "set the time offset '%s %lld'",
				 clock, (long long)offset->secs);
	return 0;
}

/* A new time namespace is first of all one for our children, and only while it
 * has no process its clocks can be moved: then we follow.
 */
static int enter_time(const struct plan *plan, struct error *err)
{
	auto_close int offsets =
		open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);

	if (offsets < 0)
		return error_set(err, errno, "open /proc/self/timens_offsets");
	if (write_offset(offsets, "monotonic", plan->monotonic, err) < 0 ||
	    write_offset(offsets, "boottime", plan->boottime, err) < 0)
		return -err->code;

	auto_close int time =
		open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);

	if (time < 0 || setns(time, CLONE_NEWTIME) < 0)
		return error_set(err, errno, "enter the time namespace");
	return 0;
}

int namespaces_part_mounts(const struct plan *plan, struct error *err)
{
	/* With a new user namespace the kernel has made every shared mount of
	 * the copy a slave already; else nothing of ours may get back.
	 */
	if (!plan->uids && !plan->share_mounts &&
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return error_set(err, errno, "make mounts private");
	return 0;
}

int step_namespaces(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (join_enter(plan, init->joins, ~JOIN_BEFORE_BIRTH, err) < 0)
		return -err->code;
	if (plan->unshare_flags && unshare(plan->unshare_flags) < 0)
		return error_set(err, errno, "make namespaces");
	if ((plan->unshare_flags & CLONE_NEWTIME) && enter_time(plan, err) < 0)
		return -err->code;
	/* Where what is bound shall stay shared, only once it has been copied
	 * (root.c).
	 */
	return plan->rootfs_propagation & MS_SHARED
		       ? 0
		       : namespaces_part_mounts(plan, err);
}

/* For interfaces that the parent moves in. */
int step_lend_socket(struct init *init, struct error *err)
{
	int result;

	if (!init->plan->net_device_count)
		return 0;

	auto_close int sock =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (sock < 0)
		return error_set(err, errno, "open a netlink socket");
	result = sync_send(init->sync, STAGE_NETLINK, sock);
	return result < 0 ? error_set(err, -result, "tell the parent") : 0;
}

int step_cgroup_namespace(struct init *init, struct error *err)
{
	if (init->plan->new_cgroup_namespace && unshare(CLONE_NEWCGROUP) < 0)
		return error_set(err, errno, "make a cgroup namespace");
	return 0;
}

static int loopback_up(struct error *err)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	auto_close int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0 || ioctl(sock, SIOCSIFFLAGS, &request) < 0)
		return error_set(err, errno, "bring up the loopback interface");
	return 0;
}

int step_names(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (plan->loopback_up && loopback_up(err) < 0)
		return -err->code;
	if (plan->hostname &&
	    sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		return error_set(err, errno, "set the hostname %s",
				 plan->hostname);
	if (plan->domainname &&
	    setdomainname(plan->domainname, strlen(plan->domainname)) < 0)
		return error_set(err, errno, "set the domainname %s",
				 plan->domainname);
	return 0;
}
