// SPDX-License-Identifier: Apache-2.0
#include "container/network.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "container/stage.h"

/* Descriptor number of the control socket in holt-net, after its stdio. */
#define CONTROL_FD 3

/* @ret_sock: our end of its control socket */
must_check static int spawn(struct strv *argv, struct process *ret,
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
	const int fds[] = { -1, 2, 2, theirs };

	if (process_spawn(path, argv->items, fds, ARRAY_COUNT(fds), ret, err) <
	    0)
		return -err->code;
	*ret_sock = steal_fd(&ours);
	return 0;
}

int network_start(const struct network_settings *settings, struct network *ret,
		  struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };

	strv_add(&argv, xstrdup("holt-net"));
	strv_addf(&argv, "--control-fd=%d", CONTROL_FD);
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
	return spawn(&argv, &ret->process, &ret->control, err);
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

int network_attach(struct network *network, const struct process *init,
		   struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket for holt-net");

	auto_close int theirs = pair[1];

	network->bypass = pair[0];
	network->userns = open_namespace(init, "user", err);
	if (network->userns < 0)
		return -err->code;
	network->netns = open_namespace(init, "net", err);
	if (network->netns < 0)
		return -err->code;

	const int fds[] = { network->userns, network->netns, init->pidfd,
			    theirs };
	int result =
		fd_send(network->control, "start", 5, fds, ARRAY_COUNT(fds));

	if (result < 0)
		return error_set(err, -result, "talk to holt-net");
	return 0;
}

static int wait_for_answer(int sock, struct error *err)
{
	struct error answer = { 0 };
	ssize_t size = fd_receive(sock, &answer, sizeof(answer), NULL, 0);

	if (size < 0)
		return error_set(err, (int)-size, "talk to holt-net");
	if (size == 0)
		return error_say(err, EPIPE,
				 "holt-net ended before the network was ready");
	answer.text[sizeof(answer.text) - 1] = '\0';
	if (!answer.code)
		return 0;
	*err = answer;
	return error_wrap(err, "network");
}

int network_wait(const struct network *network, struct error *err)
{
	return wait_for_answer(network->control, err);
}

int network_hand_over(struct network *network, int sync, int interrupt,
		      struct error *err)
{
	auto_close int fd = -1;
	int result;

	if (stage_wait_long(sync, interrupt, STAGE_LISTENER, &fd, err) < 0)
		return -err->code;
	result = fd_send(network->bypass, "l", 1, &fd, 1);
	if (result < 0)
		return error_set(err, -result, "talk to holt-net");
	if (wait_for_answer(network->bypass, err) < 0)
		return -err->code;
	cleanup_close(&network->bypass);
	network->bypass = -1;
	result = sync_send(sync, STAGE_LISTENED, -1);
	if (result < 0)
		return error_set(err, -result, "talk to the container's init");
	return 0;
}

void network_clear(struct network *network)
{
	if (network->control >= 0)
		close(network->control);
	if (network->process.pidfd >= 0)
		close(network->process.pidfd);
	cleanup_close(&network->bypass);
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
	if (spawn(&argv, &helper, &sock, err) < 0)
		return -err->code;
	result = fd_send(sock, "start", 5, fds, ARRAY_COUNT(fds));
	if (result < 0)
		return error_set(err, -result, "talk to holt-net");
	if (wait_for_answer(sock, err) < 0)
		return -err->code;
	(void)process_wait(&helper);
	return 0;
}
