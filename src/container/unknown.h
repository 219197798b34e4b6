// SPDX-License-Identifier: Apache-2.0
/* What a configuration asks for and nobody knows, where the specification wants
 * that to be said and forbids to fail.
 */
#ifndef CONTAINER_UNKNOWN_H
#define CONTAINER_UNKNOWN_H

#include "oci/spec.h"

/** unknown_warn() - Warn of the capabilities that are not granted. */
void unknown_warn(const struct spec_process *process);

#endif
