// SPDX-License-Identifier: Apache-2.0
/* Descriptors: whole reads and writes, passing over sockets, closing down. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * fd_write_all() - Write every byte, through short writes and EINTR
 *
 * Return: 0, negative errno
 */
must_check int fd_write_all(int fd, const void *data, size_t size);

/**
 * fd_read_text() - Read a whole small file
 * @fd:		Read from where it stands
 * @limit:	Largest size in bytes that is accepted
 * @ret_text:	Owned by the caller, ends with NUL; untouched on failure
 * @ret_size:	Bytes without the NUL; may be NULL
 * @err:	EFBIG: longer than @limit
 *
 * Return: 0, negative errno
 */
must_check int fd_read_text(int fd, size_t limit, char **ret_text,
			    size_t *ret_size, struct error *err);

/**
 * file_read_text() - fd_read_text() of a regular file, or one below /proc
 * @path:	Followed as the caller would; a FIFO or device is refused
 * (EINVAL)
 *
 * Return: 0, negative errno
 */
must_check int file_read_text(const char *path, size_t limit, char **ret_text,
			      size_t *ret_size, struct error *err);

/**
 * fd_send() - Send one message with descriptors on a local socket
 * @sock:	SOCK_SEQPACKET or SOCK_STREAM
 * @data:	At least one byte
 * @fds:	Descriptors to pass, @fd_count of them, at most 16
 *
 * Uses neither heap nor stdio. Return: 0, negative errno
 */
must_check int fd_send(int sock, const void *data, size_t size, const int *fds,
		       size_t fd_count);

/**
 * fd_receive() - Receive one message sent by fd_send()
 * @fds:	Gets the descriptors, close-on-exec; -1 where none came
 * @fd_count:	Room in @fds, at most 16; surplus descriptors are closed
 *
 * Return: bytes of the message, 0 at the end, negative errno
 */
must_check ssize_t fd_receive(int sock, void *data, size_t size, int *fds,
			      size_t fd_count);

/**
 * fd_cloexec_from() - Mark every descriptor from @first on as close-on-exec
 *
 * Return: 0, negative errno
 */
must_check int fd_cloexec_from(unsigned int first);

/**
 * fd_reserve() - Keep the numbers 3 to 2 + @count for what is passed on
 *
 * Those that are free are filled with descriptors that close at execve(2), so
 * that none we open gets such a number; everything above closes there too.
 *
 * Return: 0, negative errno
 */
must_check int fd_reserve(unsigned int count, struct error *err);

/**
 * fd_fill_standard() - Give those of 0, 1 and 2 that are closed /dev/null
 *
 * The next file we open would become somebody's standard stream otherwise.
 */
void fd_fill_standard(void);

/* The kernel takes an option of a file system in so many bytes, with the NUL.
 */
enum { FD_LIST_SIZE = 256 };

/**
 * fd_list() - Numbers of descriptors with a colon between, as the option
 *	       "lowerdir" of an overlay takes directories from /proc/self/fd
 * @ret:	FD_LIST_SIZE bytes
 *
 * So no path has to be short, or without a colon. Neither heap nor stdio's
 * streams are used.
 *
 * Return: do they fit? Where not, Linux 6.5 takes one "lowerdir+" for each
 */
bool fd_list(const int *fds, size_t count, char *ret);

#endif
