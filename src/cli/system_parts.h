// SPDX-License-Identifier: Apache-2.0
/* The commands of holt system. */
#ifndef CLI_SYSTEM_PARTS_H
#define CLI_SYSTEM_PARTS_H

#include "command/option.h"

extern const struct command system_check;
extern const struct command system_df;
extern const struct command system_prune;
extern const struct command system_reset;

#endif
