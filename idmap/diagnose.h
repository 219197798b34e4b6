// SPDX-License-Identifier: Apache-2.0
/* Why the kernel refused a user namespace. The errno of clone(2) or of a map
 * rarely says it, so the machine is asked for the usual reasons, and the first
 * that fits is told together with the command that mends it.
 */
#ifndef IDMAP_DIAGNOSE_H
#define IDMAP_DIAGNOSE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum userns_step {
	USERNS_CLONE,   /* clone(2), unshare(2): CLONE_NEWUSER and others */
	USERNS_UID_MAP, /* writing the map, also by newuidmap */
	USERNS_GID_MAP,
	USERNS_MOUNT, /* the first mount in the mapped namespace */
	USERNS_STEP_COUNT,
};

/* Kinds of namespaces whose number the kernel limits, user.max_X_namespaces. */
#define USERNS_LIMITS 8

/* The machine, as far as it decides. */
struct userns_facts {
	bool supported;               /* there is a /proc/self/ns/user */
	long limits[USERNS_LIMITS];   /* in the order of userns_limit_names */
	long unprivileged_clone;      /* kernel.unprivileged_userns_clone */
	long apparmor_restrict;       /* these three: -1: no such file */
	char label[128];              /* our own AppArmor label; "": none */
	char self[512];               /* path of the program that runs */
	uid_t euid;                   /* ours; (uid_t)-1: not mapped */
	uint64_t effective, bounding; /* capability sets */
	bool no_new_privs, filtered;  /* of /proc/self/status */
	bool chrooted;
	bool foreign_proc; /* /proc is of another PID namespace */
};

extern const char *const userns_limit_names[USERNS_LIMITS];

/**
 * userns_facts_read() - Ask the machine
 * @root:	Directory that has "proc" in it; NULL: the real one
 *
 * Never fails: what can't be read stays unknown.
 */
void userns_facts_read(const char *root, struct userns_facts *ret);

/**
 * userns_cause() - Which reason fits?
 * @step:	What was tried
 * @code:	Its errno, positive
 *
 * Return: the cause and the command that mends it, owned by the caller; NULL:
 * none is known
 */
char *userns_cause(enum userns_step step, int code,
		   const struct userns_facts *facts);

/**
 * userns_explain() - Turn the errno of a step into a message
 * @err:	Gets the step, and its cause, or the meaning of @code
 *
 * Return: -@code
 */
int userns_explain(struct error *err, int code, enum userns_step step,
		   const struct userns_facts *facts);

/** userns_failed() - userns_facts_read() of this machine and userns_explain()
 */
int userns_failed(struct error *err, int code, enum userns_step step);

#endif
