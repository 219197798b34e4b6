// SPDX-License-Identifier: Apache-2.0
/* Where a running network is to be found: files below the runtime directory, by
 * the network's id.
 */
#ifndef NETWORK_PLACE_H
#define NETWORK_PLACE_H

#include "network/definition.h"

/* Closed with close(2). */

/**
 * place_open() - The directory of them, made if it is missing
 * @ret_path:	Owned by the caller; may be NULL
 *
 * Return: descriptor, negative errno
 */
must_check int place_open(char **ret_path, struct error *err);

/** place_file() - Name of a file there: "socket", "names"; owned */
char *place_file(const struct definition *definition, const char *kind);

/**
 * place_listen() - Be the one at the network's socket
 * @directory:	From place_open()
 *
 * Return: descriptor, negative errno
 */
must_check int place_listen(int directory, const struct definition *definition,
			    struct error *err);

/**
 * place_connect() - To who is there
 *
 * Return: descriptor, -ECONNREFUSED or -ENOENT: nobody; other negative errno
 */
must_check int place_connect(int directory,
			     const struct definition *definition);

#endif
