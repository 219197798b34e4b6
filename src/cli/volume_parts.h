// SPDX-License-Identifier: Apache-2.0
/* The commands of holt volume. */
#ifndef CLI_VOLUME_PARTS_H
#define CLI_VOLUME_PARTS_H

#include "command/option.h"

extern const struct command volume_create;
extern const struct command volume_exists;
extern const struct command volume_inspect;
extern const struct command volume_ls;
extern const struct command volume_prune;
extern const struct command volume_rm;

#endif
