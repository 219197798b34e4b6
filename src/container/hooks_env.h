// SPDX-License-Identifier: Apache-2.0
/* The environment of a hook. */
#ifndef CONTAINER_HOOKS_ENV_H
#define CONTAINER_HOOKS_ENV_H

#include "oci/spec.h"

/**
 * hooks_env() - What a hook finds in its environment
 * @ret:	Empty; what the hook says, or ours without what concerns us
 * alone
 */
void hooks_env(const struct spec_hook *hook, struct strv *ret);

#endif
