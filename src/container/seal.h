// SPDX-License-Identifier: Apache-2.0
/* Our own executable, kept from the container's hands: a script whose
 * interpreter is /proc/self/exe would be run by us, and what has run can be
 * opened and, if the user may write it, be overwritten (CVE-2019-5736). Where
 * the user may, holt runs from a sealed copy in memory.
 */
#ifndef CONTAINER_SEAL_H
#define CONTAINER_SEAL_H

#include "base/error.h"

/**
 * seal_own_program() - Make sure that nobody can write what we run from
 *
 * Starts anew, as the same process with the same arguments, if it has to: then
 * it doesn't return.
 *
 * Return: 0, negative errno
 */
must_check int seal_own_program(struct error *err);

#endif
