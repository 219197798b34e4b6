// SPDX-License-Identifier: Apache-2.0
#include "net/watch.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "net/child.h"
#include "net/confine.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* Writers that truncate and then write close the file at the end; looking only
 * then, a half-written list is not taken for one.
 */
#define WATCH_FILE (IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF)
#define WATCH_DIR \
	(IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | \
	 IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

enum { FILE_MAX = 64 * 1024, LINKS_MAX = 16 };

/* How long to wait where nothing can be watched, or sent. */
enum { LOOK_EVERY_MS = 1000 };

struct servers watch_read(void)
{
	struct servers none = { 0 };
	auto_close int fd =
		open(RESOLV_CONF, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char text[FILE_MAX];
	size_t size = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && size < sizeof(text) - 1) {
		n = read(fd, text + size, sizeof(text) - 1 - size);
		size += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return none;
	text[size] = '\0';
	return servers_parse(text);
}

/* Watch the directory of @path, or the nearest one above it that exists. */
static void watch_above(int notify, const char *path)
{
	char above[PATH_MAX];

	(void)snprintf(above, sizeof(above), "%s", path);
	do {
		(void)dirname(above);
		if (inotify_add_watch(notify, above, WATCH_DIR) >= 0)
			return;
	} while (strcmp(above, "/") != 0 && strcmp(above, ".") != 0);
}

/* Replace a path that is a symlink by its target. Return: was it one? */
static bool follow_link(char *path)
{
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t size = readlink(path, target, sizeof(target) - 1);
	int length;

	if (size <= 0)
		return false;
	target[size] = '\0';
	if (target[0] == '/') {
		memcpy(path, target, (size_t)size + 1);
		return true;
	}
	(void)dirname(path);
	length = snprintf(joined, sizeof(joined), "%s/%s", path, target);
	if (length < 0 || (size_t)length >= sizeof(joined))
		return false;
	memcpy(path, joined, (size_t)length + 1);
	return true;
}

/* Everything whose change may change what the file says. A new descriptor each
 * time: what was watched before may not matter any more. Return: it, -1: the
 * user has no more of them (fs.inotify.max_user_instances)
 */
static int watch_all(const struct watch_settings *settings)
{
	int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[PATH_MAX] = RESOLV_CONF;

	if (notify < 0)
		return -1;
	/* Those are replaced, all in one directory. */
	for (size_t i = 0; i < settings->name_count; i++)
		watch_above(notify, settings->names[i]);
	if (!settings->follows_servers)
		return notify;
	/* The file itself may be mounted there, from a directory that can't be
	 * seen.
	 */
	(void)inotify_add_watch(notify, RESOLV_CONF, WATCH_FILE);
	for (int links = 0; links < LINKS_MAX; links++) {
		watch_above(notify, path);
		if (!follow_link(path))
			break;
	}
	return notify;
}

/* Wait until something watched changes; or, if @is_late, it is time to look
 * again. Return: false at the parent's end
 */
static bool wait_for_change(int sock, int notify, bool is_late)
{
	struct pollfd fds[] = {
		{ .fd = notify, .events = POLLIN },
		{ .fd = sock, .events = POLLIN },
	};

	while (poll(fds, ARRAY_COUNT(fds), is_late ? LOOK_EVERY_MS : -1) < 0)
		if (errno != EINTR)
			return false;
	return fds[1].revents == 0;
}

/* What is known of a file of names: zero is nothing. */
struct seen {
	ino_t inode;
	struct timespec changed;
};

/* Return: is the network still there? */
static bool report_servers(int sock, struct servers *last)
{
	struct servers now = watch_read();

	if (servers_equal(last, &now))
		return true;
	*last = now;
	return fd_send(sock, &now, sizeof(now), NULL, 0) == 0;
}

/* The same; a file that is gone leaves its names as they were. @ret_late: set
 * if the kernel has too many descriptors of this user's on their way just now
 */
static bool report_names(int sock, const char *path, uint8_t number,
			 struct seen *last, bool *ret_late)
{
	int result;
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat now;

	if (fd < 0 || fstat(fd, &now) < 0 ||
	    (now.st_ino == last->inode &&
	     now.st_ctim.tv_sec == last->changed.tv_sec &&
	     now.st_ctim.tv_nsec == last->changed.tv_nsec))
		return true;
	result = fd_send(sock, &number, sizeof(number), &fd, 1);
	if (result == 0)
		*last = (struct seen){ now.st_ino, now.st_ctim };
	else if (result == -ETOOMANYREFS)
		*ret_late = true;
	return result == 0 || *ret_late;
}

static void follow(int sock, const struct watch_settings *settings)
{
	struct servers last = settings->known;
	struct seen seen[NAMES_FILES_MAX] = { 0 };

	for (;;) {
		/* First watch, then read: no change can fall between. */
		auto_close int notify = watch_all(settings);
		bool is_late = notify < 0;

		if (settings->follows_servers && !report_servers(sock, &last))
			return;
		for (size_t i = 0; i < settings->name_count; i++)
			if (!report_names(sock, settings->names[i], (uint8_t)i,
					  &seen[i], &is_late))
				return;
		if (!wait_for_change(sock, notify, is_late))
			return;
	}
}

static void watcher(int sock, const void *settings)
{
	struct error err;

	if (confine_watcher(&err) == 0)
		follow(sock, settings);
}

int watch_start(const struct watch_settings *settings, int *ret_sock,
		struct error *err)
{
	return child_start(watcher, settings, ret_sock, err);
}

static void read_names(int file, uint8_t number, struct names *names)
{
	auto_free char *text = NULL;
	struct error ignored;

	if (number < NAMES_FILES_MAX &&
	    fd_read_text(file, NAMES_SIZE_MAX, &text, NULL, &ignored) == 0)
		names_replace(names, number, text);
}

void watch_read_names(const struct watch_settings *settings,
		      struct names *names)
{
	for (size_t i = 0; i < settings->name_count; i++) {
		auto_close int fd = open(settings->names[i],
					 O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

		if (fd >= 0)
			read_names(fd, (uint8_t)i, names);
	}
}

int watch_on_news(int sock, struct servers *servers, struct names *names)
{
	struct servers news;
	auto_close int file = -1;
	ssize_t size = fd_receive(sock, &news, sizeof(news), &file, 1);
	uint8_t number;

	memcpy(&number, &news, sizeof(number));
	if (size == sizeof(news) && news.count <= SERVERS_MAX)
		*servers = news;
	else if (size == sizeof(number) && file >= 0)
		read_names(file, number, names);
	return size > 0 || size == -EAGAIN;
}
