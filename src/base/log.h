// SPDX-License-Identifier: Apache-2.0
/* Lines for people on stderr. Errors don't come here: they are values, and
 * main prints them. Level and writer are the only mutable statics of
 * the tree.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG };

/* Where lines go instead of stderr. */
typedef void log_writer(enum log_level level, const char *text);

/** log_set_level() - What is printed from now on; at first LEVEL_WARNING. */
void log_set_level(enum log_level level);

/** log_set_writer() - Give lines to @writer; NULL: to stderr, as at first. */
void log_set_writer(log_writer *writer);

/** log_warning() - "holt: warning: ...": it goes on, but with less. */
void log_warning(const char *fmt, ...) like_printf(1, 2);

/** log_failure() - A warning of something that failed and stops nothing. */
void log_failure(const struct error *err);

/** log_debug() - "holt: debug: ...", with --debug only. */
void log_debug(const char *fmt, ...) like_printf(1, 2);

#endif
