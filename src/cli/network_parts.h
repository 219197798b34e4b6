// SPDX-License-Identifier: Apache-2.0
/* The commands of holt network. */
#ifndef CLI_NETWORK_PARTS_H
#define CLI_NETWORK_PARTS_H

#include "command/option.h"

extern const struct command network_connect;
extern const struct command network_create;
extern const struct command network_disconnect;
extern const struct command network_inspect;
extern const struct command network_ls;
extern const struct command network_prune;
extern const struct command network_rm;

#endif
