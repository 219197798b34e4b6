// SPDX-License-Identifier: Apache-2.0
/* Names of ours: they are the gateway, whatever nameservers say. */
#ifndef NET_OWNNAME_H
#define NET_OWNNAME_H

#include <stdbool.h>

/** ownname_list - All there are, in lower case; ends with NULL */
extern const char *const ownname_list[];

/** ownname_is() - Is @name, in lower case, one of them? */
bool ownname_is(const char *name);

#endif
