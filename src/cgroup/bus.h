// SPDX-License-Identifier: Apache-2.0
/* A connection to a service manager over D-Bus. libsystemd is loaded when the
 * first is opened, and not before: it costs more than making a container.
 */
#ifndef CGROUP_BUS_H
#define CGROUP_BUS_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "base/error.h"

/* What we use of libsystemd. */
struct bus_api {
	__typeof__(sd_bus_call) *call;
	__typeof__(sd_bus_error_free) *error_free;
	__typeof__(sd_bus_flush_close_unref) *flush_close_unref;
	__typeof__(sd_bus_get_fd) *get_fd;
	__typeof__(sd_bus_get_property_string) *get_property_string;
	__typeof__(sd_bus_match_signal_async) *match_signal_async;
	__typeof__(sd_bus_message_append_basic) *append_basic;
	__typeof__(sd_bus_message_close_container) *close_container;
	__typeof__(sd_bus_message_new_method_call) *new_method_call;
	__typeof__(sd_bus_message_open_container) *open_container;
	__typeof__(sd_bus_message_read) *read;
	__typeof__(sd_bus_message_unref) *message_unref;
	__typeof__(sd_bus_new) *new;
	__typeof__(sd_bus_path_encode) *path_encode;
	__typeof__(sd_bus_process) *process;
	__typeof__(sd_bus_set_address) *set_address;
	__typeof__(sd_bus_set_bus_client) *set_bus_client;
	__typeof__(sd_bus_slot_unref) *slot_unref;
	__typeof__(sd_bus_start) *start;
	__typeof__(sd_bus_wait) *wait;
};

/* Zero is none. */
struct bus {
	struct bus_api api;
	sd_bus *connection; /* owned */
	bool is_direct;     /* to the manager itself, with no bus between */
	bool is_outside;    /* of our PID namespace: it has other numbers for
			     * our processes */
};

/**
 * bus_open() - Connect to a service manager
 * @is_user:	That of the user we are, not the machine's
 * @ret:	Untouched on failure
 * @err:	Says where it was looked for, and what may help
 *
 * Return: 0, negative errno
 */
must_check int bus_open(bool is_user, struct bus *ret, struct error *err);

void bus_close(struct bus *bus);

#endif
