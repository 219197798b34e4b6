// SPDX-License-Identifier: Apache-2.0
/* --log, --log-format, --log-level: what engines read to tell their users why
 * something failed. podman reads the whole file as one JSON object, so nothing
 * but the one final error goes there unless more was asked for.
 */
#ifndef RUNTIME_LOG_H
#define RUNTIME_LOG_H

#include "runtime/runtime.h"

/**
 * runtime_log_open() - Send warnings, notes and debug lines where they go
 * @err:	The file can't be opened; an unknown kind of destination
 *
 * Return: 0, negative errno
 */
must_check int runtime_log_open(const struct runtime *globals,
				struct error *err);

/**
 * runtime_log_error() - Report the one error, in the log and on stderr
 *
 * Return: the exit status that goes with it
 */
int runtime_log_error(const struct error *err);

#endif
