// SPDX-License-Identifier: Apache-2.0
/* A thread of the container that waits in a system call for our answer: what we
 * read of its process. Nothing of it is to be trusted, and all may change while
 * we look, except what we have copied.
 *
 * Needs CAP_SYS_PTRACE over it, and a procfs as the root directory.
 */
#ifndef NET_TARGET_H
#define NET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TARGET_WATCHES_MAX 8    /* epolls that one descriptor is in */
#define TARGET_EPOLL_MAX   1024 /* whose own descriptors are below that */

struct target {
	pid_t thread;
	int pidfd; /* -1: not open */
};

/* A descriptor in an epoll of its process. */
struct target_watch {
	int epoll; /* our copy of the descriptor, owned */
	uint32_t events;
	uint64_t data;
};

/** target_open() - Return: 0, negative errno */
int target_open(pid_t thread, struct target *ret);

void target_clear(struct target *target);

/** target_read() - Copy memory. Return: 0, negative errno */
int target_read(const struct target *target, uint64_t address, void *data,
		size_t size);

/** target_fd() - A copy of a descriptor. Return: it, negative errno */
int target_fd(const struct target *target, int fd);

/**
 * target_flags() - With which flags a descriptor is open (O_CLOEXEC among them)
 *
 * Return: 0, negative errno
 */
int target_flags(const struct target *target, int fd, unsigned int *ret);

/**
 * target_watches() - In which epolls a descriptor is
 * @ret:	Room for TARGET_WATCHES_MAX
 *
 * Return: how many were found
 */
size_t target_watches(const struct target *target, int fd,
		      struct target_watch *ret);

/** target_is_signalled() - Is there a signal that a handler waits for? */
bool target_is_signalled(const struct target *target);

#endif
