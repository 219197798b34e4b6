// SPDX-License-Identifier: Apache-2.0
#include "container/network.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "container/stage.h"

/* Descriptor numbers in holt-net, after its stdio. */
enum { CONTROL_FD = 3, KEEP_FD };

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* @keep: memory for it, -1: none. @ret_sock: our end of its control socket */
must_check static int spawn(struct strv *argv, int keep, struct process *ret,
			    int *ret_sock, struct error *err)
{
	auto_free char *path = NULL;
	int pair[2];

	if (program_find_own("holt-net", &path, err) < 0)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for holt-net");

	auto_close int theirs = pair[1];
	auto_close int ours = pair[0];
	const int fds[] = { -1, 2, 2, theirs, keep };

	if (process_spawn(path, argv->items, fds,
			  keep < 0 ? KEEP_FD : ARRAY_COUNT(fds), ret, err) < 0)
		return -err->code;
	*ret_sock = steal_fd(&ours);
	return 0;
}

/* What holt-net writes for the next one, and nobody else. */
must_check static int make_keep(struct error *err)
{
	int fd = memfd_create("holt-net", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	/* Before Linux 6.3 the flag isn't known. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("holt-net", MFD_CLOEXEC);
	return fd < 0 ? error_set(err, errno, "make memory for holt-net") : fd;
}

must_check static int start(struct network *network,
			    const struct network_settings *settings,
			    bool is_again, struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };

	strv_add(&argv, xstrdup("holt-net"));
	strv_addf(&argv, "--control-fd=%d", CONTROL_FD);
	strv_addf(&argv, "--keep-fd=%d", KEEP_FD);
	if (is_again)
		strv_add(&argv, xstrdup("--again"));
	if (settings->allow_host_loopback)
		strv_add(&argv, xstrdup("--allow-host-loopback"));
	if (settings->no_ipv6)
		strv_add(&argv, xstrdup("--no-ipv6"));
	if (settings->bypass)
		strv_add(&argv, xstrdup("--bypass"));
	if (settings->mtu)
		strv_addf(&argv, "--mtu=%u", settings->mtu);
	for (size_t i = 0; i < settings->publish.count; i++)
		strv_addf(&argv, "--publish=%s", settings->publish.items[i]);
	for (size_t i = 0; i < settings->words.count; i++)
		strv_add(&argv, xstrdup(settings->words.items[i]));
	return spawn(&argv, network->keep, &network->process, &network->control,
		     err);
}

int network_start(const struct network_settings *settings, struct network *ret,
		  struct error *err)
{
	ret->requests = settings->requests;
	ret->has_rules = settings->has_rules;
	ret->keep = make_keep(err);
	return ret->keep < 0 ? -err->code : start(ret, settings, false, err);
}

static int open_namespace(const struct process *init, const char *name,
			  struct error *err)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", init->pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? error_set(err, errno, "open %s", path) : fd;
}

/* Tell it where the container is. */
must_check static int send_start(struct network *network,
				 const struct process *init, struct error *err)
{
	int pair[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for holt-net");

	auto_close int theirs = pair[1];
	const int fds[] = { network->userns, network->netns, init->pidfd,
			    theirs, network->requests };
	size_t count = ARRAY_COUNT(fds) - (network->requests < 0);

	network->bypass = pair[0];
	result = fd_send(network->control, "start", 5, fds, count);
	return result < 0 ? error_set(err, -result, "talk to holt-net") : 0;
}

int network_attach(struct network *network, const struct process *init,
		   struct error *err)
{
	network->userns = open_namespace(init, "user", err);
	if (network->userns < 0)
		return -err->code;
	network->netns = open_namespace(init, "net", err);
	if (network->netns < 0)
		return -err->code;
	return send_start(network, init, err);
}

int network_hear(int sock, struct error *err)
{
	struct error answer = { 0 };
	ssize_t size = fd_receive(sock, &answer, sizeof(answer), NULL, 0);

	if (size < 0)
		return error_set(err, (int)-size, "talk to holt-net");
	if (size == 0)
		return error_say(err, EPIPE,
				 "holt-net ended before the network was ready");
	answer.text[sizeof(answer.text) - 1] = '\0';
	*err = answer;
	return err->code ? error_wrap(err, "network") : 0;
}

int network_wait(const struct network *network, struct error *err)
{
	return network_hear(network->control, err);
}

must_check static int send_listener(const struct network *network,
				    struct error *err)
{
	int result = fd_send(network->bypass, "l", 1, &network->listener, 1);

	return result < 0 ? error_set(err, -result, "talk to holt-net") : 0;
}

int network_hand_over(struct network *network, int sync, int interrupt,
		      struct error *err)
{
	int result;

	if (stage_wait_long(sync, interrupt, STAGE_LISTENER, &network->listener,
			    err) < 0 ||
	    send_listener(network, err) < 0 ||
	    network_hear(network->bypass, err) < 0)
		return -err->code;
	close(steal_fd(&network->bypass));
	result = sync_send(sync, STAGE_LISTENED, -1);
	if (result < 0)
		return error_set(err, -result, "talk to the container's init");
	return 0;
}

static void close_one(int *fd)
{
	cleanup_close(fd);
	*fd = -1;
}

int network_start_again(struct network *network,
			const struct network_settings *settings,
			const struct process *init, struct error *err)
{
	close_one(&network->control);
	close_one(&network->bypass);
	if (start(network, settings, true, err) < 0 ||
	    send_start(network, init, err) < 0)
		return -err->code;
	if (network->listener < 0) {
		close_one(&network->bypass);
		return 0;
	}
	return send_listener(network, err);
}

void network_clear(struct network *network)
{
	if (network->control >= 0)
		close(network->control);
	if (network->process.pidfd >= 0)
		close(network->process.pidfd);
	cleanup_close(&network->keep);
	cleanup_close(&network->bypass);
	cleanup_close(&network->listener);
	cleanup_close(&network->userns);
	cleanup_close(&network->netns);
	*network = NO_NETWORK;
}

int network_wire(const struct network_wire *wire, int container,
		 struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };
	auto_with(process_clear) struct process helper = { 0, -1 };
	auto_close int sock = -1;
	const int fds[] = { wire->netns, container };
	int result;

	strv_add(&argv, xstrdup("holt-net"));
	strv_addf(&argv, "--control-fd=%d", CONTROL_FD);
	strv_addf(&argv, "--wire=%s", wire->interface);
	if (wire->mtu)
		strv_addf(&argv, "--mtu=%u", wire->mtu);
	if (wire->address)
		strv_addf(&argv, "--address=%s", wire->address);
	else
		strv_add(&argv, xstrdup("--unwire"));
	if (wire->address6)
		strv_addf(&argv, "--address=%s", wire->address6);
	if (spawn(&argv, -1, &helper, &sock, err) < 0)
		return -err->code;
	result = fd_send(sock, "start", 5, fds, ARRAY_COUNT(fds));
	if (result < 0)
		return error_set(err, -result, "talk to holt-net");
	if (network_hear(sock, err) < 0)
		return -err->code;
	(void)process_wait(&helper);
	return 0;
}
