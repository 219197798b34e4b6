// SPDX-License-Identifier: Apache-2.0
/* Before something is removed for good. */
#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include <stdbool.h>

/** confirm() - Ask on the terminal. Return: was it "y" or "yes"? */
bool confirm(const char *question);

#endif
