// SPDX-License-Identifier: Apache-2.0
#include "base/fd.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define FDS_MAX 16

int fd_write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

int fd_read_text(int fd, size_t limit, char **ret_text, size_t *ret_size,
		 struct error *err)
{
	auto_free char *text = NULL;
	size_t size = 0, room = 0;
	ssize_t n;

	do {
		if (size + 1 >= room) {
			room = room ? room * 2 : 4096;
			text = xrealloc_array(text, room, 1);
		}
		n = read(fd, text + size, room - size - 1);
		if (n > 0)
			size += (size_t)n;
		if (size > limit)
			return error_say(err, EFBIG, "longer than %zu bytes",
					 limit);
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return error_set(err, errno, "read");
	text[size] = '\0';
	*ret_text = steal_ptr(&text);
	if (ret_size)
		*ret_size = size;
	return 0;
}

int file_read_text(const char *path, size_t limit, char **ret_text,
		   size_t *ret_size, struct error *err)
{
	/* O_NONBLOCK: opening a FIFO must not wait for its writer. */
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "stat %s", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s is not a regular file", path);
	if (fd_read_text(fd, limit, ret_text, ret_size, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

union fd_control {
	char room[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	struct cmsghdr align;
};

int fd_send(int sock, const void *data, size_t size, const int *fds,
	    size_t fd_count)
{
	union fd_control control = { 0 };
	struct iovec part = { .iov_len = size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	/* sendmsg(2) doesn't write there; its type can't say so. */
	memcpy(&part.iov_base, &data, sizeof(data));

	if (fd_count > FDS_MAX)
		return -EINVAL;
	if (fd_count > 0) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);

		struct cmsghdr *header = CMSG_FIRSTHDR(&message);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(header), fds, sizeof(int) * fd_count);
	}
	for (;;) {
		ssize_t n = sendmsg(sock, &message, MSG_NOSIGNAL);

		/* A stream may take a part of it before its time is over. */
		if (n >= 0)
			return (size_t)n == size ? 0 : -EAGAIN;
		if (errno != EINTR)
			return -errno;
	}
}

/* Keep the first @room of the @count descriptors in @data, close the rest. */
static void take_fds(const unsigned char *data, size_t count, int *fds,
		     size_t room)
{
	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
		if (i < room)
			fds[i] = fd;
		else
			close(fd);
	}
}

ssize_t fd_receive(int sock, void *data, size_t size, int *fds, size_t fd_count)
{
	union fd_control control = { 0 };
	struct iovec part = { data, size };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n;

	for (size_t i = 0; i < fd_count; i++)
		fds[i] = -1;
	do {
		n = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c;
	     c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		take_fds(CMSG_DATA(c),
			 (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), fds,
			 fd_count);
	}
	return n;
}

int fd_cloexec_from(unsigned int first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -errno;
	return 0;
}

int fd_reserve(unsigned int count, struct error *err)
{
	int last = 2 + (int)count, fd;

	if (fd_cloexec_from(3 + count) < 0)
		return error_set(err, errno, "close_range");
	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return error_set(err, errno, "open /dev/null");
	} while (fd <= last);
	close(fd);
	return 0;
}

void fd_fill_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR); /* kept across exec */
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

bool fd_list(const int *fds, size_t count, char *ret)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		int size = snprintf(ret + used, FD_LIST_SIZE - used, "%s%d",
				    i ? ":" : "", fds[i]);

		used += (size_t)size;
		if (used >= FD_LIST_SIZE)
			return false;
	}
	return true;
}
