// SPDX-License-Identifier: Apache-2.0
#include "net/target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"

/* For a thread instead of its process, since Linux 6.9. */
enum { OF_THREAD = O_EXCL };

enum { STATUS_SIZE = 4096 };

/* Up to a file's end or @size - 1. Return: is there something? */
static bool read_file(const char *path, char *text, size_t size)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	ssize_t part = 1;

	while (fd >= 0 && part > 0 && got < size - 1) {
		part = read(fd, text + got, size - 1 - got);
		got += part > 0 ? (size_t)part : 0;
	}
	text[got] = '\0';
	return got > 0;
}

static bool read_status(pid_t thread, char *text, size_t size)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/%d/status", thread);
	return read_file(path, text, size);
}

/* The number after @name at the beginning of a line. */
static uint64_t find_number(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, base) : 0;
}

int target_open(pid_t thread, struct target *ret)
{
	int pidfd = (int)syscall(SYS_pidfd_open, thread, OF_THREAD);
	char text[STATUS_SIZE];

	if (pidfd < 0 && errno == EINVAL) {
		if (!read_status(thread, text, sizeof(text)))
			return -ESRCH;
		pidfd = (int)syscall(SYS_pidfd_open,
				     (pid_t)find_number(text, "\nTgid:", 10),
				     0);
	}
	if (pidfd < 0)
		return -errno;
	*ret = (struct target){ thread, pidfd };
	return 0;
}

void target_clear(struct target *target)
{
	cleanup_close(&target->pidfd);
	target->pidfd = -1;
}

int target_read(const struct target *target, uint64_t address, void *data,
		size_t size)
{
	struct iovec ours = { data, size };
	struct iovec theirs = { NULL, size };
	ssize_t got;

	/* Another process's pointer is but a number to us. */
	memcpy(&theirs.iov_base, &address, sizeof(theirs.iov_base));
	got = process_vm_readv(target->thread, &ours, 1, &theirs, 1, 0);
	if (got < 0)
		return -errno;
	return (size_t)got == size ? 0 : -EFAULT;
}

int target_fd(const struct target *target, int fd)
{
	int copy = (int)syscall(SYS_pidfd_getfd, target->pidfd, fd, 0);

	return copy < 0 ? -errno : copy;
}

int target_flags(const struct target *target, int fd, unsigned int *ret)
{
	char path[64], text[256];

	(void)snprintf(path, sizeof(path), "/%d/fdinfo/%d", target->thread, fd);
	if (!read_file(path, text, sizeof(text)) || !strstr(text, "\nflags:"))
		return -ENOENT;
	*ret = (unsigned int)find_number(text, "\nflags:", 8);
	return 0;
}

/* Is @fd, as it was when it was put there, in the epoll @epoll? Return: 1; 0;
 * negative errno, EBADF: @epoll isn't open at all
 */
static int is_in(const struct target *target, int epoll, int fd)
{
	const struct kcmp_epoll_slot slot = {
		.efd = (uint32_t)epoll,
		.tfd = (uint32_t)fd,
	};
	long result = syscall(SYS_kcmp, target->thread, target->thread,
			      KCMP_EPOLL_TFD, fd, &slot);

	return result < 0 ? -errno : result == 0;
}

/* "tfd:        4 events:       1d data: 7f00deadbeef  pos:0 ..." */
static bool read_watch(char *line, int fd, struct target_watch *ret)
{
	const char *events = strstr(line, "events:");
	const char *data = strstr(line, "data:");

	if (strncmp(line, "tfd:", 4) != 0 || !events || !data ||
	    strtol(line + 4, NULL, 10) != fd)
		return false;
	ret->events = (uint32_t)strtoul(events + 7, NULL, 16);
	ret->data = strtoull(data + 5, NULL, 16);
	return true;
}

/* What it waits for, as /proc has it. */
static bool find_watch(const struct target *target, int epoll, int fd,
		       struct target_watch *ret)
{
	char path[64], line[256];

	(void)snprintf(path, sizeof(path), "/%d/fdinfo/%d", target->thread,
		       epoll);

	auto_fclose FILE *file = fopen(path, "re");

	while (file && fgets(line, sizeof(line), file))
		if (read_watch(line, fd, ret))
			return true;
	return false;
}

/* How many descriptors are open; before Linux 6.2, too many. */
static size_t count_open(const struct target *target)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/%d/fd", target->thread);
	return stat(path, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size
						      : TARGET_EPOLL_MAX;
}

/* The kernel is asked about one after the other, which takes it less than to
 * list them in /proc.
 */
size_t target_watches(const struct target *target, int fd,
		      struct target_watch *ret)
{
	size_t left = count_open(target), count = 0;

	for (int i = 0; i < TARGET_EPOLL_MAX && left > 0; i++) {
		int result = is_in(target, i, fd);
		struct target_watch watch;

		left -= result != -EBADF;
		if (result != 1 || !find_watch(target, i, fd, &watch))
			continue;
		watch.epoll = target_fd(target, i);
		if (watch.epoll >= 0)
			ret[count++] = watch;
		if (count == TARGET_WATCHES_MAX)
			break;
	}
	return count;
}

bool target_is_signalled(const struct target *target)
{
	char text[STATUS_SIZE];
	uint64_t waiting;

	if (!read_status(target->thread, text, sizeof(text)))
		return false;
	waiting = find_number(text, "\nSigPnd:", 16) |
		  find_number(text, "\nShdPnd:", 16);
	return waiting & ~find_number(text, "\nSigBlk:", 16) &
	       find_number(text, "\nSigCgt:", 16);
}
