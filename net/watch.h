// SPDX-License-Identifier: Apache-2.0
/* Follows the host's /etc/resolv.conf, and the names on shared networks.
 *
 * The network process can't open files, so a process of its own watches the
 * files, the directories that they and their symlinks lie in, and sends the
 * list of nameservers when it has changed, and the opened file of names when it
 * was replaced. It may do nothing else, and dies with the network.
 */
#ifndef NET_WATCH_H
#define NET_WATCH_H

#include "net/names.h"
#include "net/servers.h"

/** watch_read() - The nameservers as they are now; none if there is no file */
struct servers watch_read(void);

struct watch_settings {
	bool follows_servers;
	struct servers known;     /* what needn't be reported */
	const char *const *names; /* paths of files of names; borrowed */
	size_t name_count;        /* at most NAMES_FILES_MAX */
};

/** watch_read_names() - The names as they are now: nobody shall ask too soon */
void watch_read_names(const struct watch_settings *settings,
		      struct names *names);

/**
 * watch_start() - Fork the watcher
 * @settings:	Borrowed by the watcher's copy of our memory
 * @ret_sock:	Socket that becomes readable with news; owned by the caller
 *
 * Return: 0, negative errno
 */
must_check int watch_start(const struct watch_settings *settings, int *ret_sock,
			   struct error *err);

/**
 * watch_on_news() - Take news off the socket
 * @servers:	Replaced when there are any
 * @names:	The same
 *
 * Return: 1; 0: the watcher is gone
 */
int watch_on_news(int sock, struct servers *servers, struct names *names);

#endif
