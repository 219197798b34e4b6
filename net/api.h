// SPDX-License-Identifier: Apache-2.0
/* Requests while the network runs: JSON objects with a member "execute", as
 * slirp4netns has them (its manual page, API SOCKET), and more:
 *
 *   add_hostfwd      publish a port: proto, host_addr, host_port, guest_port
 *   list_hostfwd     those that are
 *   remove_hostfwd   no longer: id
 *
 * Answers are {"return": ...} or {"error": {"desc": ...}}. What slirp4netns
 * doesn't have is in holt-net(1).
 */
#ifndef NET_API_H
#define NET_API_H

#include "net/network.h"

/**
 * api_execute() - Do what a request says
 * @request:	Need not be JSON
 *
 * Return: the answer, owned by the caller
 */
char *api_execute(struct network *network, const char *request, size_t size);

#endif
