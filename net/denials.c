// SPDX-License-Identifier: Apache-2.0
#include "net/denials.h"

#include <fcntl.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

/* Each line costs time; what isn't used is kept up to a limit. */
enum {
	LINE_MS = 1000 / DENIALS_PER_SECOND,
	CREDIT_MAX_MS = LINE_MS * DENIALS_BURST,
	TELL_EVERY_MS = 1000,
};

int denials_open(const char *path, struct error *err)
{
	/* Non-blocking: a pipe that nobody reads holds nobody up. */
	int fd = open(path,
		      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
			      O_NOCTTY | O_CLOEXEC,
		      0600);

	if (fd < 0 && errno == ELOOP)
		return error_say(
			err, ELOOP,
			"--net-log: %s is a symbolic link: give the file itself",
			path);
	if (fd < 0 && errno == ENXIO)
		return error_say(
			err, ENXIO,
			"--net-log: %s is a pipe that nobody reads, or a socket",
			path);
	return fd < 0 ? error_set(err, errno, "--net-log: %s", path) : fd;
}

static int64_t wall_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void write_line(struct denials *denials, const struct denial_line *line)
{
	ssize_t written = write(denials->fd, line->text, line->size);

	if (written > 0)
		denials->size += (uint64_t)written;
}

static bool is_full(const struct denials *denials)
{
	return denials->size >= DENIALS_SIZE_MAX;
}

/* Return: may one more be written? */
static bool take_credit(struct denials *denials, int64_t now_ms)
{
	if (denials->since_ms == 0)
		denials->credit_ms = CREDIT_MAX_MS;
	else
		denials->credit_ms += now_ms - denials->since_ms;
	denials->since_ms = now_ms;
	if (denials->credit_ms > CREDIT_MAX_MS)
		denials->credit_ms = CREDIT_MAX_MS;
	if (denials->credit_ms < LINE_MS)
		return false;
	denials->credit_ms -= LINE_MS;
	return true;
}

void denials_put(struct denials *denials, const struct denial *denial,
		 int64_t now_ms)
{
	struct denial_line line;

	if (denials->fd < 0 || is_full(denials))
		return;
	if (!take_credit(denials, now_ms)) {
		if (denials->left_out++ == 0)
			denials->tell_ms = now_ms + TELL_EVERY_MS;
		return;
	}
	denial_write(denial, wall_ms(), &line);
	write_line(denials, &line);
	if (!is_full(denials))
		return;
	denial_write_full(wall_ms(), &line);
	write_line(denials, &line);
}

void denials_finish(struct denials *denials)
{
	struct denial_line line;

	if (denials->left_out == 0)
		return;
	denial_write_count(denials->left_out, wall_ms(), &line);
	write_line(denials, &line);
	denials->left_out = 0;
}

void denials_on_time(struct denials *denials, int64_t now_ms)
{
	if (denials->left_out > 0 && now_ms >= denials->tell_ms)
		denials_finish(denials);
}

int denials_timeout(const struct denials *denials, int64_t now_ms)
{
	if (denials->left_out == 0)
		return -1;
	return denials->tell_ms <= now_ms ? 0
					  : (int)(denials->tell_ms - now_ms);
}
