// SPDX-License-Identifier: Apache-2.0
/* The bypass: TCP sockets of the host's network inside the container, for those
 * who ask for its speed. What that means is in holt-run(1).
 *
 * A helper process does it, the only one of ours that may look into the
 * container's processes: it enters the container's user namespace, where it
 * keeps CAP_SYS_PTRACE alone, and stays in the host's network. It gets the
 * listener of the container's seccomp filter from the launcher, by a socket of
 * their own, and answers with a struct error; from then on it is the supervisor
 * (supervisor.h). When it dies, the calls that it would answer wait for the
 * next one, if the launcher has kept the listener; else they fail (ENOSYS).
 */
#ifndef NET_BYPASS_H
#define NET_BYPASS_H

#include "base/error.h"
#include "net/egress.h"
#include "net/keep.h"

struct bypass_settings {
	struct egress_rules rules;
	struct keep *keep; /* borrowed; NULL: none */
	bool is_again;     /* there was another helper before */
};

/**
 * bypass_start() - Fork the helper
 * @settings:	Borrowed by the helper's copy of our memory
 * @ret_sock:	Our end of a socket to it, owned by the caller
 *
 * The helper ends when that socket is closed, or when we die.
 *
 * Return: 0, negative errno
 */
must_check int bypass_start(const struct bypass_settings *settings,
			    int *ret_sock, struct error *err);

/**
 * bypass_attach() - Tell it of the container
 * @sock:	From bypass_start(); its interface is there
 * @userns:	Its user namespace
 * @netns:	Its network namespace
 * @launcher:	Socket to the launcher, who hears of what goes wrong
 *
 * Return: 0, negative errno
 */
must_check int bypass_attach(int sock, int userns, int netns, int launcher,
			     struct error *err);

#endif
