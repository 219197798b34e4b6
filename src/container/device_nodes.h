// SPDX-License-Identifier: Apache-2.0
/* Where the host has the nodes of devices that a container calls otherwise. */
#ifndef CONTAINER_DEVICE_NODES_H
#define CONTAINER_DEVICE_NODES_H

#include "oci/spec.h"

/**
 * device_nodes_find() - Fill in spec->devices[].source
 * @spec:	A device with a node at the path that it will have, or with a
 *		source, is left alone
 *
 * By the name that the kernel has for its number, below /dev. What isn't found
 * stays NULL: the kernel, or who binds it, will say that there is none.
 */
void device_nodes_find(struct spec *spec);

#endif
