// SPDX-License-Identifier: Apache-2.0
/* What a container's maker gives to whoever asked for it: the process id, a
 * pidfd, the terminal.
 */
#ifndef CONTAINER_HANDOVER_H
#define CONTAINER_HANDOVER_H

#include <sys/types.h>

#include "base/error.h"

/**
 * sockets_given() - How many sockets are passed on: LISTEN_FDS
 * (sd_listen_fds(3))
 *
 * LISTEN_PID isn't looked at: podman says 1 there, who the container's init
 * will be.
 *
 * Return: their number, from descriptor 3 on; 0 if there are none
 */
unsigned int sockets_given(void);

/**
 * pid_file_write() - Write a process id to a file, at one stroke
 * @path:	Gets the decimal number with nothing behind it, for containerd
 *		reads it so
 *
 * Return: 0, negative errno
 */
must_check int pid_file_write(const char *path, pid_t pid, struct error *err);

/**
 * handover_send() - Connect to a socket, send a descriptor with a text, and
 *		     close the connection
 * @path:	A listening stream socket
 * @fd:		Remains the caller's
 * @text:	Not empty; in one message
 *
 * Return: 0, negative errno
 */
must_check int handover_send(const char *path, int fd, const char *text,
			     struct error *err);

/**
 * console_send() - Hand a terminal's master to the socket of --console-socket
 * @path:	A listening stream socket
 * @master:	Remains the caller's
 *
 * One message with the descriptor and, as text, the terminal's name.
 *
 * Return: 0, negative errno
 */
must_check int console_send(const char *path, int master, struct error *err);

/** pidfd_send() - The same for a pidfd and --pidfd-socket. */
must_check int pidfd_send(const char *path, int pidfd, struct error *err);

#endif
