// SPDX-License-Identifier: Apache-2.0
/* Frames of a container through the loop into libslirp, which connects to a
 * server here: what passes the checks breaks nothing in there, what comes back
 * is sound, and nothing is left open.
 */
#include "tests/fuzz/net_network.h"
#include "tests/fuzz/net_steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PORT = 7000, PEERS_MAX = 16 };

/* Whom everybody outside is: takes and gives back what comes, or ends it. */
struct server {
	int tcp, udp;
	size_t count;
	int peers[PEERS_MAX];
};

static int make_server(int type)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
				   .sin6_port = htons(PORT) };
	int fd = socket(AF_INET6, type | SOCK_NONBLOCK, 0);

	assert(fd >= 0);
	assert(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	assert(type == SOCK_DGRAM || listen(fd, 64) == 0);
	return fd;
}

/* By a reset: no port has to wait then. */
static void hang_up(struct server *server, size_t number)
{
	static const struct linger at_once = { .l_onoff = 1 };
	int *fd = &server->peers[number];

	(void)setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(*fd);
	*fd = server->peers[--server->count];
}

static void serve(struct server *server, unsigned int wish)
{
	static uint8_t bytes[65536];
	struct sockaddr_storage from;
	socklen_t from_size = sizeof(from);
	ssize_t size;
	int fd;

	while (server->count < PEERS_MAX &&
	       (fd = accept4(server->tcp, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		server->peers[server->count++] = fd;
	for (size_t i = 0; i < server->count; i++) {
		size = recv(server->peers[i], bytes, sizeof(bytes), 0);
		if (size > 0)
			(void)send(server->peers[i], bytes, (size_t)size,
				   MSG_NOSIGNAL);
	}
	if (server->count > 0 && wish & 1)
		(void)shutdown(server->peers[0], SHUT_WR);
	if (server->count > 0 && wish & 2)
		hang_up(server, 0);
	while ((size = recvfrom(server->udp, bytes, sizeof(bytes), 0,
				(struct sockaddr *)&from, &from_size)) >= 0)
		(void)sendto(server->udp, bytes, (size_t)size, 0,
			     (struct sockaddr *)&from, from_size);
}

static void send_frame(const struct fixture *fixture, const struct step *step)
{
	size_t size;
	uint8_t *frame = step_frame(step, &size);
	uint8_t *packet = calloc(1, HEAD_SIZE + size);

	if (size > FRAME_ETHER_SIZE) {
		size -= FRAME_ETHER_SIZE;
		memcpy(packet + HEAD_SIZE, frame + FRAME_ETHER_SIZE, size);
		(void)send(fixture->guest, packet, HEAD_SIZE + size,
			   MSG_DONTWAIT);
	}
	free(packet);
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fixture fixture;
	static struct server server;
	struct steps steps = { data, size };
	struct step step;

	if (!fixture.network) {
		server.tcp = make_server(SOCK_STREAM);
		server.udp = make_server(SOCK_DGRAM);
		fixture = fixture_new();
	}
	fixture_begin(&fixture);
	while (steps_next(&steps, &step)) {
		if (!(step.flags & STEP_ACTION)) {
			send_frame(&fixture, &step);
			fixture_turn(&fixture);
		} else {
			serve(&server, step.flags);
			fixture_turn(&fixture);
		}
	}
	serve(&server, 0);
	fixture_turn(&fixture);
	while (server.count > 0)
		hang_up(&server, 0);
	fixture_turn(&fixture);
	fixture_end(&fixture);
	return 0;
}
