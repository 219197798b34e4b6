// SPDX-License-Identifier: Apache-2.0
/* The properties of a container's unit: what systemd is to know of the limits,
 * so that it doesn't put others in their place, and what annotations ask for.
 * Pure.
 */
#ifndef CGROUP_PROPERTIES_H
#define CGROUP_PROPERTIES_H

#include "base/alloc.h"
#include "cgroup/setting.h"

/* A property is "Name=VALUE", the value in the text format of
 * cgroup/variant.h.
 */

/** property_set() - Append one, in place of another of that name */
void property_set(struct strv *list, const char *name, const char *fmt, ...)
	like_printf(3, 4);

/** property_quote() - A text as a value; owned */
char *property_quote(const char *text);

/**
 * properties_add_limits() - Those that say what the files of a cgroup will
 * @settings:	For cgroup v2, or v1: each that systemd has a property for is
 *		taken
 * @period:	cpu.cfs_period_us, where a setting gives the quota alone; 0: the
 *		usual one
 */
void properties_add_limits(const struct cgroup_settings *settings,
			   uint64_t period, struct strv *ret);

/**
 * properties_add_devices() - Who may use which devices, for cgroup v1
 *
 * systemd writes its own rules into devices.list whenever it is reloaded. Rules
 * that it can't express are left to the files alone.
 */
void properties_add_devices(const struct spec_resources *resources,
			    struct strv *ret);

/**
 * properties_add_annotations() - org.systemd.property.NAME=VALUE
 * @err:	EINVAL: names the annotation
 *
 * NAMESec stands for NAMEUSec, in seconds, as in unit files. Return: 0, -EINVAL
 */
must_check int properties_add_annotations(const struct strv *annotations,
					  struct strv *ret, struct error *err);

#endif
