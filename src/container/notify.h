// SPDX-License-Identifier: Apache-2.0
/* sd_notify(3) for a container: when our caller has said NOTIFY_SOCKET, the
 * container gets a socket of its own, and "READY=1" is passed on once it comes,
 * with the number that its init has out here. Nothing else is: the caller
 * believes what comes from us.
 */
#ifndef CONTAINER_NOTIFY_H
#define CONTAINER_NOTIFY_H

#include "container/state.h"
#include "oci/spec.h"

/** notify_is_wanted() - Has our caller said NOTIFY_SOCKET? */
bool notify_is_wanted(void);

/**
 * notify_add() - Let the container see the socket, and know of it
 * @spec:	Gets a mount, and the variable NOTIFY_SOCKET
 * @root:	Of the state directories
 * @id:		Of the container
 */
void notify_add(struct spec *spec, const char *root, const char *id);

/** notify_make() - Make the directory that will be mounted. 0, -errno */
must_check int notify_make(const struct state_dir *dir, struct error *err);

/**
 * notify_listen() - Make the socket
 * @ret:	Close-on-exec; -1 where it isn't wanted, or the container was
 *		made without it
 *
 * Return: 0, negative errno
 */
must_check int notify_listen(const struct state_dir *dir, int *ret,
			     struct error *err);

/**
 * notify_pass_on() - Wait until the container is ready, and tell our caller
 * @sock:	Of notify_listen()
 * @init:	Whose end ends the waiting, too
 *
 * Return: 0, negative errno: our caller's socket can't be reached
 */
must_check int notify_pass_on(int sock, const struct process *init,
			      struct error *err);

/**
 * notify_pass_on_beside() - notify_pass_on() in a process of its own
 *
 * It ends with us. What goes wrong there is a warning.
 * Return: 0, negative errno
 */
must_check int notify_pass_on_beside(int sock, const struct process *init,
				     struct error *err);

#endif
