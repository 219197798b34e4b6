// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/keep.h"

static struct publish publish;

static void put(size_t number, uint16_t host_port)
{
	const struct publish_port port = {
		.protocol = IPPROTO_TCP,
		.is_paused = true,
		.is_pair = true,
		.host_port = host_port,
		.guest_port = 80,
		.fd = 7,
		.address = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } },
	};

	publish_put(&publish, number, &port);
}

Test(keep, ports_are_found_by_who_comes_next)
{
	auto_close int fd = memfd_create("keep", MFD_CLOEXEC);
	struct keep *first = keep_open(fd, false);
	struct publish_port port;

	put(0, 8080);
	put(3, 8083);
	keep_ports(first, &publish);

	struct keep *next = keep_open(fd, true);

	cr_assert_neq(first, next);
	cr_assert(keep_port(next, 3, &port));
	cr_assert_eq(port.host_port, 8083);
	cr_assert_eq(port.guest_port, 80);
	cr_assert_eq(port.fd, -1);
	cr_assert_not(port.is_paused);
	cr_assert_not(port.is_pair);
	cr_assert(keep_port(next, 0, &port));
	cr_assert_not(keep_port(next, 1, &port));
	cr_assert_not(keep_port(next, 4, &port));
	/* One is gone: it isn't there any more. */
	publish.ports[3] = (struct publish_port){ .fd = -1 };
	keep_ports(first, &publish);
	cr_assert_not(keep_port(next, 3, &port));
}

Test(keep, what_makes_no_sense_is_no_port)
{
	auto_close int fd = memfd_create("keep", MFD_CLOEXEC);
	struct keep *keep = keep_open(fd, false);
	struct publish_port good, bad, ret;

	put(0, 8080);
	keep_ports(keep, &publish);
	good = keep->ports[0];
	cr_assert(keep_port(keep, 0, &ret));
	bad = good;
	bad.protocol = IPPROTO_ICMP;
	keep->ports[0] = bad;
	cr_assert_not(keep_port(keep, 0, &ret));
	bad = good;
	bad.address.family = AF_UNIX;
	keep->ports[0] = bad;
	cr_assert_not(keep_port(keep, 0, &ret));
	bad = good;
	bad.host_port = 0;
	keep->ports[0] = bad;
	cr_assert_not(keep_port(keep, 0, &ret));
	bad = good;
	bad.guest_port = 0;
	keep->ports[0] = bad;
	cr_assert_not(keep_port(keep, 0, &ret));
	keep->port_count = UINT32_MAX;
	cr_assert_not(keep_port(keep, PUBLISH_MAX, &ret));
	cr_assert_not(keep_port(keep, UINT32_MAX - 1, &ret));
}

Test(keep, without_memory_nothing_is_kept)
{
	auto_close int fd = memfd_create("keep", MFD_CLOEXEC);
	struct publish_port port;

	cr_assert_null(keep_open(fd, true), "of another size");
	cr_assert_null(keep_open(-1, false));
	keep_ports(NULL, &publish);
	cr_assert_not(keep_port(NULL, 0, &port));
}
