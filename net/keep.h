// SPDX-License-Identifier: Apache-2.0
/* What outlives this process: memory that the launcher holds without looking
 * into it, and gives to the process that it starts in our place when we have
 * died. Who wrote there may have been in the middle of it, or not itself any
 * more: so nothing there is taken for sound without looking.
 *
 * All zeros is nothing.
 */
#ifndef NET_KEEP_H
#define NET_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "net/learned.h"
#include "net/publish.h"
#include "net/supervisor.h"

struct keep {
	uint32_t port_count;
	struct publish_port ports[PUBLISH_MAX]; /* without descriptors */
	struct learned learned;           /* of the rules that policy.h has */
	uint64_t calls[1 + WAITINGS_MAX]; /* see supervisor.h */
};

/**
 * keep_open() - Map the memory
 * @fd:		Of the launcher's
 * @is_again:	Somebody has been there before us
 *
 * Return: the memory, all zeros unless there was somebody; NULL: it can't be
 * had, as where files may not be that large
 */
struct keep *keep_open(int fd, bool is_again);

/** keep_ports() - Write down which ports there are now; @keep may be NULL */
void keep_ports(struct keep *keep, const struct publish *publish);

/**
 * keep_port() - The port that had this number
 * @keep:	May be NULL
 * @ret:	Sound, and not open
 *
 * Return: was there one?
 */
bool keep_port(const struct keep *keep, uint32_t number,
	       struct publish_port *ret);

#endif
