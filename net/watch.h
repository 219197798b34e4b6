// SPDX-License-Identifier: Apache-2.0
/* Follows the host's /etc/resolv.conf.
 *
 * The network process can't open files, so a process of its own watches the
 * file, the directories that it and its symlinks lie in, and sends the list of
 * nameservers when it has changed. It may do nothing else, and dies with the
 * network.
 */
#ifndef NET_WATCH_H
#define NET_WATCH_H

#include "net/servers.h"

/** watch_read() - The nameservers as they are now; none if there is no file */
struct servers watch_read(void);

/**
 * watch_start() - Fork the watcher
 * @known:	What it needn't report
 * @ret_sock:	Socket that becomes readable with news; owned by the caller
 *
 * Return: 0, negative errno
 */
must_check int watch_start(const struct servers *known, int *ret_sock,
			   struct error *err);

/**
 * watch_on_news() - Take news off the socket
 * @servers:	Replaced when there are any
 *
 * Return: 1; 0: the watcher is gone
 */
int watch_on_news(int sock, struct servers *servers);

#endif
