// SPDX-License-Identifier: Apache-2.0
/* Lines for people on stderr. Errors don't come here: they are values, and
 * main prints them. The level is the only mutable static of the tree.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_QUIET, LOG_WARNING, LOG_DEBUG };

/** log_set_level() - What is printed from now on; at first LOG_WARNING. */
void log_set_level(enum log_level level);

/** log_warning() - "holt: warning: ...": it goes on, but with less. */
void log_warning(const char *fmt, ...) like_printf(1, 2);

/** log_debug() - "holt: debug: ...", with --debug only. */
void log_debug(const char *fmt, ...) like_printf(1, 2);

#endif
