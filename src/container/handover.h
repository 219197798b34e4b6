// SPDX-License-Identifier: Apache-2.0
/* What a container's maker gives to whoever asked for it: the process id, a
 * pidfd, the terminal.
 */
#ifndef CONTAINER_HANDOVER_H
#define CONTAINER_HANDOVER_H

#include <sys/types.h>

#include "base/error.h"

/**
 * pid_file_write() - Write a process id to a file, at one stroke
 * @path:	Gets the decimal number with nothing behind it, for containerd
 *		reads it so
 *
 * Return: 0, negative errno
 */
must_check int pid_file_write(const char *path, pid_t pid, struct error *err);

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
