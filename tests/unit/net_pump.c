// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/pump.h"

enum { MUCH = 1 << 20, OTHERS_TURN = 1000 };

/* A sender, the two sockets between which is pumped, and a receiver. */
struct line {
	struct pump pump;
	struct pump_way way;
	int sender, from, to, receiver;
};

static struct line *line_new(void)
{
	struct line *line = calloc(1, sizeof(*line));
	int type = SOCK_STREAM | SOCK_NONBLOCK, a[2], b[2];

	cr_assert_eq(socketpair(AF_UNIX, type, 0, a), 0);
	cr_assert_eq(socketpair(AF_UNIX, type, 0, b), 0);
	line->sender = a[0];
	line->from = a[1];
	line->to = b[0];
	line->receiver = b[1];
	return line;
}

static void line_free(struct line *line)
{
	pump_stop(&line->pump, &line->way);
	for (size_t i = 0; i < line->pump.count; i++) {
		close(line->pump.kept[i][0]);
		close(line->pump.kept[i][1]);
	}
	close(line->sender);
	close(line->from);
	close(line->to);
	close(line->receiver);
	free(line);
}

static enum pump_result move(struct line *line)
{
	return pump_move(&line->pump, &line->way, line->from, line->to);
}

static int open_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

Test(pump, a_little_is_moved_without_a_pipe)
{
	struct line *line = line_new();
	int before = open_files();
	char data[16] = "";

	cr_assert_eq(send(line->sender, "hello", 5, 0), 5);
	cr_assert_eq(move(line), PUMP_IDLE);
	cr_assert_eq(recv(line->receiver, data, sizeof(data), 0), 5);
	cr_assert_str_eq(data, "hello");
	cr_assert_eq(open_files(), before);
	line_free(line);
}

Test(pump, the_end_comes_after_the_last_word)
{
	struct line *line = line_new();
	char data[16] = "";

	cr_assert_eq(send(line->sender, "bye", 3, 0), 3);
	cr_assert_eq(shutdown(line->sender, SHUT_WR), 0);
	cr_assert_eq(move(line), PUMP_ENDED);
	cr_assert_eq(shutdown(line->to, SHUT_WR), 0);
	cr_assert_eq(recv(line->receiver, data, sizeof(data), 0), 3);
	cr_assert_str_eq(data, "bye");
	cr_assert_eq(recv(line->receiver, data, sizeof(data), 0), 0);
	line_free(line);
}

/* As much as there is room for, again and again. Return: what was received of
 * it is what was sent
 */
static bool transfer(struct line *line, const char *data, char *copy)
{
	size_t sent = 0, received = 0;

	for (int turn = 0; received < MUCH && turn < OTHERS_TURN; turn++) {
		ssize_t size = send(line->sender, data + sent, MUCH - sent, 0);

		sent += size > 0 ? (size_t)size : 0;
		cr_assert_neq(move(line), PUMP_BROKEN);
		/* Now and then only: most of the time there is no room. */
		size = turn % 3 ? -1
				: recv(line->receiver, copy + received,
				       MUCH - received, 0);
		received += size > 0 ? (size_t)size : 0;
	}
	return received == MUCH && memcmp(data, copy, MUCH) == 0;
}

Test(pump, much_is_moved_in_order_also_where_there_is_no_room)
{
	struct line *line = line_new();
	char *data = malloc(MUCH), *copy = malloc(MUCH);
	int before = open_files();

	for (size_t i = 0; i < MUCH; i++)
		data[i] = (char)(i * 31 + i / 251);
	cr_assert(transfer(line, data, copy));
	cr_assert_eq(shutdown(line->sender, SHUT_WR), 0);
	cr_assert_eq(move(line), PUMP_ENDED);
	/* The one pipe is kept for others. */
	cr_assert_eq(line->pump.count, 1);
	cr_assert_eq(open_files(), before + 2);
	line_free(line);
	free(data);
	free(copy);
}

Test(pump, what_the_receiver_has_no_room_for_comes_later)
{
	struct line *line = line_new();
	static char fill[4096];
	char data[16] = "";
	ssize_t size;

	while (send(line->to, fill, sizeof(fill), 0) > 0)
		continue;
	cr_assert_eq(send(line->sender, "hello", 5, 0), 5);
	cr_assert_eq(move(line), PUMP_IDLE);
	cr_assert_eq(line->way.held, 5);
	while ((size = recv(line->receiver, fill, sizeof(fill), 0)) > 0)
		continue;
	cr_assert_eq(move(line), PUMP_IDLE);
	cr_assert_eq(line->way.held, 0);
	cr_assert_eq(recv(line->receiver, data, sizeof(data), 0), 5);
	cr_assert_str_eq(data, "hello");
	line_free(line);
}

Test(pump, a_receiver_that_is_gone_breaks_it)
{
	struct line *line = line_new();

	close(line->receiver);
	line->receiver = dup(0);
	cr_assert_eq(send(line->sender, "hello", 5, 0), 5);
	cr_assert_eq(move(line), PUMP_BROKEN);
	line_free(line);
}
