// SPDX-License-Identifier: Apache-2.0
/* libslirp, loaded when it is wanted: what it brings along takes as long to
 * load as a program takes to start, and so is loaded while the router is being
 * made; and a holt-net that only wires networks together needs nothing of it.
 */
#ifndef NET_LIBRARY_H
#define NET_LIBRARY_H

#include <slirp/libslirp.h>

#include "base/error.h"

/* Its functions, by its own names. */
struct library {
	__typeof__(slirp_new) *new;
	__typeof__(slirp_input) *input;
	__typeof__(slirp_pollfds_fill) *pollfds_fill;
	__typeof__(slirp_pollfds_poll) *pollfds_poll;
	__typeof__(slirp_add_hostxfwd) *add_hostxfwd;
	__typeof__(slirp_remove_hostxfwd) *remove_hostxfwd;
};

/**
 * library_load() - Load it; it stays loaded
 *
 * GLib, which comes with it, is made to keep quiet.
 *
 * Return: 0, negative errno
 */
must_check int library_load(struct library *ret, struct error *err);

#endif
