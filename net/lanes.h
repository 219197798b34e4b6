// SPDX-License-Identifier: Apache-2.0
/* Which ways the container's connections go, for who asks. */
#ifndef NET_LANES_H
#define NET_LANES_H

#include "net/network.h"

struct json_object;

/** lanes_describe() - Put what is to be said about them into @ret */
void lanes_describe(const struct network *network, struct json_object *ret);

#endif
