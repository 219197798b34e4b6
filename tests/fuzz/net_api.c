// SPDX-License-Identifier: Apache-2.0
/* Clients of the API socket, who send what they like in pieces as they like:
 * each who asks for something gets one answer that is JSON, and nothing is left
 * open.
 */
#include <json-c/json.h>

#include "base/json.h"
#include "net/api.h"
#include "tests/fuzz/net_network.h"
#include "tests/fuzz/net_steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a step with STEP_ACTION is, besides sending its bytes. */
enum { CALL = 1, HANG_UP = 2, END = 4, WAIT = 8 };

static int call(const struct sockaddr_un *at, socklen_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert(fd >= 0);
	assert(connect(fd, (const struct sockaddr *)at, size) == 0);
	return fd;
}

static void check_answer(const char *text, size_t size)
{
	auto_json struct json_object *answer = NULL;
	struct error err = { 0 };

	assert(json_parse(text, size, &answer, &err) == 0);
	assert(json_object_object_length(answer) == 1);
	assert(json_object_object_get(answer, "return") ||
	       json_object_object_get(json_object_object_get(answer, "error"),
				      "desc"));
}

static void hear(int fd)
{
	static char text[1 << 22];
	ssize_t size = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	if (size <= 0)
		return;
	text[size] = '\0';
	check_answer(text, (size_t)size);
}

static void take_step(const struct fixture *fixture, const struct step *step,
		      int *fd, const struct sockaddr_un *at, socklen_t at_size)
{
	struct clients *clients = &fixture->network->clients;

	if (step->flags & CALL) {
		close(*fd);
		*fd = call(at, at_size);
	}
	(void)send(*fd, step->data, step->size, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (step->flags & END)
		(void)shutdown(*fd, SHUT_WR);
	if (step->flags & HANG_UP) {
		close(*fd);
		*fd = call(at, at_size);
	}
	fixture_turn(fixture);
	fixture_turn(fixture);
	hear(*fd);
	if (step->flags & WAIT)
		clients_on_time(clients, now_ms() + CLIENT_PATIENCE_MS);
}

/* Straight to the one that answers, as from the control socket. */
static void ask(struct network *network, const struct step *step)
{
	char *copy = malloc(step->size ? step->size : 1);
	char *answer;

	memcpy(copy, step->data, step->size);
	answer = api_execute(network, copy, step->size);
	check_answer(answer, strlen(answer));
	free(answer);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fixture fixture;
	static struct sockaddr_un at = { .sun_family = AF_UNIX };
	static socklen_t at_size = sizeof(at);
	struct steps steps = { data, size };
	struct step step;
	int fd;

	if (!fixture.network) {
		int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

		/* A name that the kernel chooses. */
		assert(bind(listener, (struct sockaddr *)&at,
			    sizeof(at.sun_family)) == 0);
		assert(listen(listener, 64) == 0);
		assert(getsockname(listener, (struct sockaddr *)&at,
				   &at_size) == 0);
		fixture = fixture_new();
		fixture.network->clients.listen = listener;
		assert(event_add(fixture.network->epoll, listener, EVENT_API,
				 0) == 0);
		fixture.sockets = count_sockets();
	}
	fixture_begin(&fixture);
	fd = call(&at, at_size);
	while (steps_next(&steps, &step))
		if (step.flags & STEP_ACTION)
			take_step(&fixture, &step, &fd, &at, at_size);
		else
			ask(fixture.network, &step);
	close(fd);
	fixture_turn(&fixture);
	fixture_end(&fixture);
	return 0;
}
