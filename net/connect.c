// SPDX-License-Identifier: Apache-2.0
#include "net/connect.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/placing.h"
#include "net/route.h"

/* The container's own socket, as the kernel would do it; but on what we have
 * looked at, and to what we have read.
 */
static void connect_own(struct waitings *waitings, struct matter *matter)
{
	bool is_blocking = !(fcntl(matter->sock, F_GETFL) & O_NONBLOCK);
	int error;

	if (matter->kind == HOSTSOCK_HOST) {
		matter_answer(matter, -ENOBUFS);
		return;
	}
	error = waiting_connect(matter->sock, &matter->given,
				(socklen_t)matter->notice->size);

	if (!is_blocking || (error != -EINPROGRESS && error != -EALREADY))
		matter_answer(matter, error);
	else if (!waitings_add(waitings, matter, WAITING_GUEST,
			       dup(matter->sock)))
		matter_answer(matter, -ENOBUFS);
}

/* @made is ours. */
static void connect_host(struct waitings *waitings, struct matter *matter,
			 int made, const struct diversion *diversion)
{
	struct placing placing = {
		.id = matter->notice->id,
		.fd = matter->notice->fd,
		.sock = made,
		.is_blocking = matter->is_blocking,
		.cloexec = matter->cloexec,
	};
	int error = connect(made, (const struct sockaddr *)&diversion->socket,
			    diversion->size) < 0
			    ? -errno
			    : 0;

	if (matter->is_blocking && error == -EINPROGRESS &&
	    hostsock_state(made) == TCP_ESTABLISHED)
		error = 0;
	if (error < 0 && error != -EINPROGRESS) {
		close(made);
		matter_answer(matter, error);
	} else if (matter->is_blocking && error < 0) {
		if (!waitings_add(waitings, matter, WAITING_NEW, made))
			connect_own(waitings, matter);
	} else if (!matter->is_blocking && placing_watch(matter, made) < 0) {
		close(made);
		connect_own(waitings, matter);
	} else {
		matter_close(matter);
		placing_finish(&placing, matter->listener, error);
	}
}

/* The interface to the outside; 0: it isn't to be reached so. */
static unsigned int find_interface(const struct connect_rules *rules,
				   const struct diversion *diversion)
{
	unsigned int interface = route_find(rules->route, &diversion->to);

	if (interface != ROUTE_LOOPBACK || rules->egress.host_loopback)
		return interface;
	/* The host's own address: on an interface that isn't its loopback? */
	interface = route_owner(rules->route, &diversion->to);
	return interface == ROUTE_LOOPBACK ? 0 : interface;
}

/* Return: is it diverted? Then it is answered, or will be. */
static bool divert(const struct connect_rules *rules, struct waitings *waitings,
		   struct matter *matter)
{
	struct diversion diversion;
	unsigned int interface;
	int made;

	if (!diversion_find(&rules->egress, matter->domain, &matter->given,
			    (size_t)matter->notice->size, &diversion) ||
	    !guest_routes_out(&rules->guest, &diversion.asked))
		return false;
	interface = find_interface(rules, &diversion);
	if (!interface || waitings_are_full(waitings))
		return false;
	made = hostsock_make(matter->sock,
			     guest_model(&rules->guest, matter->domain),
			     matter->domain, interface);
	if (made < 0)
		return false;
	connect_host(waitings, matter, made, &diversion);
	return true;
}

/* A connection of the host's that is on its way. */
static void wait_again(struct waitings *waitings, struct matter *matter)
{
	if (!matter->is_blocking)
		matter_answer(matter, -EALREADY);
	else if (!waitings_add(waitings, matter, WAITING_HOST,
			       dup(matter->sock)))
		matter_answer(matter, -ENOBUFS);
}

/* A socket that is the host's already. It is never let go on. */
static void connect_again(const struct connect_rules *rules,
			  struct waitings *waitings, struct matter *matter)
{
	int state = hostsock_state(matter->sock);
	int error = 0;

	if (matter->given.ss_family == AF_UNSPEC) {
		matter_answer(matter, -EAFNOSUPPORT);
	} else if (state == TCP_SYN_SENT || state == TCP_SYN_RECV) {
		wait_again(waitings, matter);
	} else if (state == TCP_CLOSE) {
		error = hostsock_error(matter->sock);
		if (error)
			matter_answer(matter, -error);
		else if (!divert(rules, waitings, matter))
			matter_answer(matter, -ENETUNREACH);
	} else {
		matter_answer(matter, state ? -EISCONN : -EPERM);
	}
}

void connect_call(const struct connect_rules *rules, struct waitings *waitings,
		  struct matter *matter)
{
	int result;

	if (matter->kind == HOSTSOCK_NOT_IP) {
		matter_let_go(matter);
		return;
	}
	result = matter_read(matter);
	if (result < 0)
		matter_answer(matter, result);
	else if (matter->kind == HOSTSOCK_HOST)
		connect_again(rules, waitings, matter);
	else if (matter->kind != HOSTSOCK_GUEST_TCP ||
		 !hostsock_is_plain(matter->sock) ||
		 !divert(rules, waitings, matter))
		connect_own(waitings, matter);
}
