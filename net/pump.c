// SPDX-License-Identifier: Apache-2.0
#include "net/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel lets a user's pipes have 64 MiB in all by default. */
enum { PIPE_SIZE = 512 * 1024, ROUNDS_MAX = 16 };

static bool take_pipe(struct pump_pipes *pipes, struct pump_way *way)
{
	if (pipes->count > 0) {
		pipes->count--;
		way->pipe[0] = pipes->kept[pipes->count][0];
		way->pipe[1] = pipes->kept[pipes->count][1];
	} else if (pipe2(way->pipe, O_NONBLOCK | O_CLOEXEC) < 0) {
		return false;
	} else {
		/* Without, it is only slower. */
		(void)fcntl(way->pipe[0], F_SETPIPE_SZ, PIPE_SIZE);
	}
	way->has_pipe = true;
	return true;
}

static void leave_pipe(struct pump_pipes *pipes, struct pump_way *way)
{
	if (!way->has_pipe)
		return;
	if (way->held == 0 && pipes->count < PUMP_PIPES_KEPT) {
		pipes->kept[pipes->count][0] = way->pipe[0];
		pipes->kept[pipes->count][1] = way->pipe[1];
		pipes->count++;
	} else {
		close(way->pipe[0]);
		close(way->pipe[1]);
	}
	way->has_pipe = false;
	way->held = 0;
}

/* Both return what splice(2) does, but never EINTR: no handler is there. */

static ssize_t take_in(struct pump_way *way, int from)
{
	ssize_t size = splice(from, NULL, way->pipe[1], NULL, PIPE_SIZE,
			      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

	if (size == 0)
		way->is_at_end = true;
	if (size > 0)
		way->held += (size_t)size;
	return size;
}

static ssize_t give_out(struct pump_way *way, int to)
{
	ssize_t size = splice(way->pipe[0], NULL, to, NULL, way->held,
			      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

	if (size > 0)
		way->held -= (size_t)size;
	return size;
}

static enum pump_result finish(struct pump_way *way, int to)
{
	if (!way->is_told && shutdown(to, SHUT_WR) < 0)
		return PUMP_BROKEN;
	way->is_told = true;
	return PUMP_ENDED;
}

/* Return: PUMP_MORE: go on at once */
static enum pump_result step(struct pump_pipes *pipes, struct pump_way *way,
			     int from, int to)
{
	ssize_t size;

	if (way->held == 0 && way->is_at_end)
		return finish(way, to);
	if (!way->has_pipe && !take_pipe(pipes, way))
		return PUMP_BROKEN;
	size = way->held > 0 ? give_out(way, to) : take_in(way, from);
	if (size >= 0)
		return PUMP_MORE;
	return errno == EAGAIN ? PUMP_IDLE : PUMP_BROKEN;
}

enum pump_result pump_move(struct pump_pipes *pipes, struct pump_way *way,
			   int from, int to)
{
	enum pump_result result = PUMP_MORE;

	for (int round = 0; round < ROUNDS_MAX && result == PUMP_MORE; round++)
		result = step(pipes, way, from, to);
	if (way->held == 0)
		leave_pipe(pipes, way);
	return result;
}

void pump_stop(struct pump_pipes *pipes, struct pump_way *way)
{
	leave_pipe(pipes, way);
}
