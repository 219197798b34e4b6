// SPDX-License-Identifier: Apache-2.0
#include "net/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel lets a user's pipes have 64 MiB in all by default. */
enum { PIPE_SIZE = 512 * 1024, ROUNDS_MAX = 16 };

static bool take_pipe(struct pump *pump, struct pump_way *way)
{
	if (way->has_pipe)
		return true;
	if (pump->count > 0) {
		pump->count--;
		way->pipe[0] = pump->kept[pump->count][0];
		way->pipe[1] = pump->kept[pump->count][1];
	} else if (pipe2(way->pipe, O_NONBLOCK | O_CLOEXEC) < 0) {
		return false;
	} else {
		/* Without, it is only slower. */
		(void)fcntl(way->pipe[0], F_SETPIPE_SZ, PIPE_SIZE);
	}
	way->has_pipe = true;
	return true;
}

static void leave_pipe(struct pump *pump, struct pump_way *way)
{
	if (!way->has_pipe)
		return;
	if (way->held == 0 && pump->count < PUMP_PIPES_KEPT) {
		pump->kept[pump->count][0] = way->pipe[0];
		pump->kept[pump->count][1] = way->pipe[1];
		pump->count++;
	} else {
		close(way->pipe[0]);
		close(way->pipe[1]);
	}
	way->has_pipe = false;
	way->held = 0;
}

/* No call below is interrupted: no handler is there. */

static enum pump_result result_of_error(void)
{
	return errno == EAGAIN ? PUMP_IDLE : PUMP_BROKEN;
}

/* Keep what the receiver has no room for. */
static enum pump_result keep(struct pump *pump, struct pump_way *way,
			     const char *data, size_t size)
{
	if (!take_pipe(pump, way) ||
	    write(way->pipe[1], data, size) != (ssize_t)size)
		return PUMP_BROKEN;
	way->held = size;
	return PUMP_IDLE;
}

/* All that is there, if it is little. Return: PUMP_MORE: it is in @pump */
static enum pump_result collect(struct pump *pump, struct pump_way *way,
				int from, size_t *ret_size)
{
	ssize_t size = 0;

	*ret_size = 0;
	do {
		*ret_size += (size_t)size;
		if (*ret_size == PUMP_COPY_MAX) {
			way->is_bulk = true;
			return PUMP_MORE;
		}
		size = recv(from, pump->copied + *ret_size,
			    PUMP_COPY_MAX - *ret_size, 0);
	} while (size > 0);
	if (size == 0) {
		way->is_at_end = true;
		return *ret_size > 0 ? PUMP_MORE : PUMP_ENDED;
	}
	return errno == EAGAIN && *ret_size > 0 ? PUMP_MORE : result_of_error();
}

static enum pump_result copy(struct pump *pump, struct pump_way *way, int from,
			     int to)
{
	size_t size;
	enum pump_result result = collect(pump, way, from, &size);
	ssize_t sent;

	if (result != PUMP_MORE)
		return result;
	sent = send(to, pump->copied, size,
		    MSG_NOSIGNAL | (way->is_at_end ? MSG_MORE : 0));
	if (sent < 0 && errno != EAGAIN)
		return PUMP_BROKEN;
	if (sent < 0)
		sent = 0;
	if ((size_t)sent < size)
		return keep(pump, way, pump->copied + sent,
			    size - (size_t)sent);
	if (way->is_at_end)
		return PUMP_ENDED;
	return way->is_bulk ? PUMP_MORE : PUMP_IDLE;
}

static enum pump_result take_in(struct pump *pump, struct pump_way *way,
				int from)
{
	ssize_t size;

	if (!take_pipe(pump, way))
		return PUMP_BROKEN;
	size = splice(from, NULL, way->pipe[1], NULL, PIPE_SIZE,
		      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	if (size < 0)
		return result_of_error();
	way->is_at_end = size == 0;
	way->is_bulk = size >= PUMP_COPY_MAX;
	way->held = (size_t)size;
	return PUMP_MORE;
}

static enum pump_result give_out(struct pump_way *way, int to)
{
	ssize_t size = splice(way->pipe[0], NULL, to, NULL, way->held,
			      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

	if (size < 0)
		return result_of_error();
	way->held -= (size_t)size;
	return PUMP_MORE;
}

/* Return: PUMP_MORE: go on at once */
static enum pump_result step(struct pump *pump, struct pump_way *way, int from,
			     int to)
{
	if (way->held > 0)
		return give_out(way, to);
	if (way->is_at_end)
		return PUMP_ENDED;
	return way->is_bulk ? take_in(pump, way, from)
			    : copy(pump, way, from, to);
}

enum pump_result pump_move(struct pump *pump, struct pump_way *way, int from,
			   int to)
{
	enum pump_result result = PUMP_MORE;

	for (int round = 0; round < ROUNDS_MAX && result == PUMP_MORE; round++)
		result = step(pump, way, from, to);
	if (way->held == 0)
		leave_pipe(pump, way);
	return result;
}

void pump_stop(struct pump *pump, struct pump_way *way)
{
	leave_pipe(pump, way);
}
