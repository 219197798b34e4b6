// SPDX-License-Identifier: Apache-2.0
/* The cgroup of a container: where it is, what it limits, what is in it.
 *
 * A struct cgroup says where; the zero one is "none", and every function does
 * nothing on it. It is decided by cgroup_plan(), which changes nothing, written
 * down by the caller, and only then made: so whoever is killed in between
 * leaves nothing that can't be found.
 */
#ifndef CGROUP_CGROUP_H
#define CGROUP_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/json.h"
#include "cgroup/place.h"
#include "oci/spec.h"

void cgroup_clear(struct cgroup *cgroup);

/**
 * cgroup_refuse_limits() - Where there will be no cgroup: is one needed?
 * @annotations: With run.holt.limits=besteffort limits are just warned of
 * @err:	EOPNOTSUPP: names the limit and the remedy
 *
 * Return: 0, negative errno
 */
must_check int cgroup_refuse_limits(const struct spec_resources *resources,
				    const struct strv *annotations,
				    struct error *err);

/** cgroup_is_there() - Is there one at all? */
bool cgroup_is_there(const struct cgroup *cgroup);

/**
 * cgroup_plan() - Decide where a container's cgroup will be; change nothing
 * @ret:	Empty; stays so where the machine gives us none
 * @err:	EOPNOTSUPP: names the limit that was asked for and can't be had,
 *		its controller and the remedy; EBUSY: others are in it
 *
 * Return: 0, negative errno
 */
must_check int cgroup_plan(const struct cgroup_request *request,
			   struct cgroup *ret, struct error *err);

/**
 * cgroup_make() - Make it and set its limits
 *
 * Not what systemd makes: a unit needs a process to begin with, and is made by
 * cgroup_make_around().
 *
 * Return: 0, negative errno
 */
must_check int cgroup_make(struct cgroup *cgroup,
			   const struct cgroup_request *request,
			   struct error *err);

/**
 * cgroup_open() - The directory for CLONE_INTO_CGROUP
 *
 * Return: a close-on-exec descriptor, -ENOENT if there is none, negative errno
 */
must_check int cgroup_open(const struct cgroup *cgroup, struct error *err);

/**
 * cgroup_make_around() - Have systemd make it, with a process in it
 * @cgroup:	Gets its place. Nothing is done for one that isn't systemd's
 *
 * Return: 0, negative errno
 */
must_check int cgroup_make_around(struct cgroup *cgroup,
				  const struct cgroup_request *request,
				  pid_t pid, struct error *err);

/**
 * cgroup_enter() - Put a process into it
 * @is_born_there: clone3(2) has done so for what cgroup_open() gave
 *
 * Return: 0, negative errno
 */
must_check int cgroup_enter(const struct cgroup *cgroup, pid_t pid,
			    bool is_born_there, struct error *err);

/**
 * cgroup_attach() - Have systemd put a process of ours into it, from where we
 *		     may not do so ourselves
 * @below:	A cgroup below it; NULL: it itself
 *
 * Return: 0, -EOPNOTSUPP: it isn't systemd's; negative errno
 */
must_check int cgroup_attach(const struct cgroup *cgroup, const char *below,
			     pid_t pid, struct error *err);

/**
 * cgroup_settle() - Give the container what it may divide
 * @cgroup:	Gets the leaf that its processes are in
 * @pid:	Its first process, which has its cgroup namespace by now
 *
 * Return: 0, negative errno
 */
must_check int cgroup_settle(struct cgroup *cgroup,
			     const struct cgroup_request *request, pid_t pid,
			     struct error *err);

/**
 * cgroup_update() - Set other limits
 * @resources:	What is set in it; the rest stays as it is
 * @err:	EOPNOTSUPP: the controller isn't there, or there is no cgroup;
 *		EBUSY: memory.checkBeforeUpdate, and more is in use
 *
 * Return: 0, negative errno
 */
must_check int cgroup_update(const struct cgroup *cgroup,
			     const struct spec_resources *resources,
			     struct error *err);

/** cgroup_freeze() - Stop everything in it, or let it go on. */
must_check int cgroup_freeze(const struct cgroup *cgroup, bool on,
			     struct error *err);

/** cgroup_is_frozen() - Return: 1, 0, negative errno */
int cgroup_is_frozen(const struct cgroup *cgroup);

/**
 * cgroup_pids() - Every process in it and below
 * @ret:	Owned by the caller
 *
 * Return: 0, negative errno
 */
must_check int cgroup_pids(const struct cgroup *cgroup, pid_t **ret,
			   size_t *ret_count, struct error *err);

/** cgroup_kill() - Signal every process in it and below. */
must_check int cgroup_kill(const struct cgroup *cgroup, int signal,
			   struct error *err);

/** cgroup_remove() - Remove what cgroup_make() has made; again is no error. */
must_check int cgroup_remove(struct cgroup *cgroup, struct error *err);

/** cgroup_to_json() - For a state file. */
struct json_object *cgroup_to_json(const struct cgroup *cgroup);

/** cgroup_read_json() - A json_reader of what cgroup_to_json() has made. */
int cgroup_read_json(const struct json_node *node, void *target,
		     struct error *err);

#endif
