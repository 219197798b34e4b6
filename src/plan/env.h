// SPDX-License-Identifier: Apache-2.0
/* The environment of the command: the spec's, and what is added to it. */
#ifndef PLAN_ENV_H
#define PLAN_ENV_H

#include "plan/plan.h"

/**
 * plan_env() - Begin with the spec's variables
 * @plan:	Gets .env, and .home if HOME isn't among them
 */
void plan_env(const struct spec *spec, struct plan *plan);

/**
 * plan_pass_sockets() - Say in the environment that sockets are passed on
 * @plan:	Made; what it says of LISTEN_FDS and LISTEN_PID is replaced
 * @count:	How many there are from 3 on (sd_listen_fds(3)); they come on
 *		top of .preserve_fds. 0: nothing to be said
 */
void plan_pass_sockets(struct plan *plan, unsigned int count);

#endif
