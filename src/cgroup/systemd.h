// SPDX-License-Identifier: Apache-2.0
/* What is asked of a service manager: org.freedesktop.systemd1(5). */
#ifndef CGROUP_SYSTEMD_H
#define CGROUP_SYSTEMD_H

#include <sys/types.h>

#include "base/alloc.h"
#include "cgroup/bus.h"

/**
 * systemd_start() - Start a unit that is there for as long as it runs
 * @unit:	What a failed one of that name has left is taken away
 * @properties:	Of cgroup/properties.h
 * @err:	EEXIST: there is such a unit; otherwise what systemd says
 *
 * Returns when it has been started, or could not be. Return: 0, negative errno
 */
must_check int systemd_start(struct bus *bus, const char *unit,
			     const struct strv *properties, struct error *err);

/**
 * systemd_stop() - Kill what is in a unit, and wait until the unit is gone
 *
 * Return: 0, also if there is none; negative errno
 */
must_check int systemd_stop(struct bus *bus, const char *unit,
			    struct error *err);

/**
 * systemd_set() - Change properties of a unit until it ends
 *
 * Return: 0, negative errno
 */
must_check int systemd_set(struct bus *bus, const char *unit,
			   const struct strv *properties, struct error *err);

/**
 * systemd_attach() - Put a process into a unit whose cgroup is delegated
 * @below:	Cgroup below the unit's, "/a"; "" for the unit's own
 *
 * The manager can do so where we may not, by asking the one above it. Return:
 * 0, negative errno
 */
must_check int systemd_attach(struct bus *bus, const char *unit,
			      const char *below, pid_t pid, struct error *err);

/**
 * systemd_is_called() - Does a unit have this description?
 *
 * Return: 1, 0: it has another, or there is none; negative errno
 */
must_check int systemd_is_called(struct bus *bus, const char *unit,
				 const char *description, struct error *err);

/**
 * systemd_cgroup() - Where a unit's cgroup is
 * @ret:	"/system.slice/a.scope", from the hierarchy's root on; owned
 *
 * Return: 0, negative errno
 */
must_check int systemd_cgroup(struct bus *bus, const char *unit, char **ret,
			      struct error *err);

#endif
