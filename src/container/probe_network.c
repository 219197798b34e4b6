// SPDX-License-Identifier: Apache-2.0
/* What a container's network needs: a tap device, holt-net, a nameserver. */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "container/probe_cell.h"
#include "container/probe_tools.h"

#define TUN_PATH       "/dev/net/tun"
#define DNS_LIMIT_MS   300
#define NAMESERVER_MAX 3 /* as many as resolv.conf(5) takes */

static const char tun_remedy[] =
	"sudo modprobe tun; in an outer container: start that one with --device /dev/net/tun";

static void tap(struct probe_state *state, struct finding *ret)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	auto_close int fd = open(TUN_PATH, O_RDWR | O_CLOEXEC);
	struct error err = { 0 };

	(void)state;
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "tap0");
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0) {
		finding_say(ret, PROBE_OK, "tap0 made in a new network");
		return;
	}
	(void)error_set(&err, errno, fd < 0 ? "open %s" : "make a tap of %s",
			TUN_PATH);
	finding_say(ret, PROBE_FAIL,
		    "no tap device: only --network none and host work");
	finding_error(ret, &err);
	if (err.code == EACCES)
		finding_remedy(ret, "sudo chmod 666 " TUN_PATH);
	else
		finding_remedy(ret, tun_remedy);
}

void probe_tap(struct probe_state *state, struct finding *ret)
{
	cell_probe(tap, state, ret);
}

int probe_output(const char *path, char *const *argv, char *text, size_t size,
		 struct error *err)
{
	struct process process = { 0, -1 };
	int ends[2];
	ssize_t n = 0;
	size_t at = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int ours = ends[0];
	int result = process_spawn(path, argv, (int[]){ -1, ends[1], ends[1] },
				   3, &process, err);

	close(ends[1]);
	if (result < 0)
		return result;
	while (at + 1 < size && (n = read(ours, text + at, size - at - 1)) > 0)
		at += (size_t)n;
	text[at] = '\0';
	text[strcspn(text, "\n")] = '\0';
	result = process_wait(&process);
	return result < 0 ? error_set(err, -result, "wait for %s", path)
			  : result;
}

void probe_network_program(struct probe_state *state, struct finding *ret)
{
	auto_free char *path = NULL;
	struct error err = { 0 };
	char text[256];
	int status;

	(void)state;
	if (program_find_own("holt-net", &path, &err) < 0) {
		finding_say(
			ret, PROBE_FAIL,
			"holt-net is missing: only --network none and host work");
		finding_error(ret, &err);
		finding_remedy(ret,
			       "install holt again, with all its programs");
		return;
	}
	status = probe_output(path,
			      (char *const[]){ (char[]){ "holt-net" },
					       (char[]){ "--help" }, NULL },
			      text, sizeof(text), &err);
	if (status == 0) {
		finding_say(ret, PROBE_OK, "%s starts", path);
		return;
	}
	finding_say(ret, PROBE_FAIL, "%s doesn't start", path);
	if (status > 0)
		(void)error_say(&err, EIO, "exit status %d: %s", status, text);
	finding_error(ret, &err);
	finding_remedy(
		ret,
		"install what it is linked with: ldd shows which library is missing");
}

/* The nameservers of resolv.conf, numbers only. Return: how many */
static size_t read_nameservers(char (*ret)[64])
{
	auto_free char *text = NULL;
	struct error ignored;
	size_t count = 0;
	char *rest, *line;

	if (file_read_text("/etc/resolv.conf", 65536, &text, NULL, &ignored) <
	    0)
		return 0;
	rest = text;
	while ((line = strsep(&rest, "\n")) && count < NAMESERVER_MAX)
		if (sscanf(line, "nameserver %63s", ret[count]) == 1)
			count++;
	return count;
}

/* A socket to one server with a question on its way; -1: it can't be asked. */
static int ask(const char *server, const unsigned char *query, size_t size)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_DGRAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};
	struct addrinfo *address;

	if (getaddrinfo(server, "53", &hints, &address) != 0)
		return -1;

	auto_close int fd =
		socket(address->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool sent = fd >= 0 &&
		    connect(fd, address->ai_addr, address->ai_addrlen) == 0 &&
		    send(fd, query, size, MSG_NOSIGNAL) == (ssize_t)size;

	freeaddrinfo(address);
	return sent ? steal_fd(&fd) : -1;
}

/* Wait for an answer on any of the sockets. Return: whose, -1: no answer */
static int await_answer(struct pollfd *sockets, size_t count,
			const unsigned char *query)
{
	unsigned char answer[512];

	for (size_t open = count; open > 0; open--) {
		if (poll(sockets, count, DNS_LIMIT_MS) <= 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			if (!sockets[i].revents)
				continue;
			if (recv(sockets[i].fd, answer, sizeof(answer), 0) >=
				    12 &&
			    !memcmp(answer, query, 2))
				return (int)i;
			/* Refused or foreign: nothing more comes from there. */
			close(sockets[i].fd);
			sockets[i].fd = -1;
		}
	}
	return -1;
}

/* Ask for the root's nameservers: every resolver knows them by heart. */
static void make_query(unsigned char query[17])
{
	static const unsigned char fixed[17] = {
		0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1,
	};

	memcpy(query, fixed, sizeof(fixed));
	if (getrandom(query, 2, 0) != 2)
		query[0] = 0x48;
}

void probe_dns(struct probe_state *state, struct finding *ret)
{
	char servers[NAMESERVER_MAX][64];
	size_t count = read_nameservers(servers);
	struct pollfd sockets[NAMESERVER_MAX];
	unsigned char query[17];
	int answered;

	(void)state;
	if (count == 0) {
		finding_say(ret, PROBE_WARN, "no nameserver");
		finding_because(
			ret, "/etc/resolv.conf names none",
			"holt run --dns ADDRESS, or an entry 'nameserver ADDRESS' in /etc/resolv.conf");
		return;
	}
	make_query(query);
	for (size_t i = 0; i < count; i++)
		sockets[i] = (struct pollfd){
			.fd = ask(servers[i], query, sizeof(query)),
			.events = POLLIN,
		};
	answered = await_answer(sockets, count, query);
	if (answered >= 0) {
		finding_say(ret, PROBE_OK, "%s answers", servers[answered]);
		return;
	}
	finding_say(ret, PROBE_WARN, "no answer from %s within %d ms",
		    servers[0], DNS_LIMIT_MS);
	finding_because(
		ret,
		"this machine is offline, or the nameserver in /etc/resolv.conf is wrong; containers will find no names either",
		"holt run --dns ADDRESS, once there is a network");
}
