// SPDX-License-Identifier: Apache-2.0
/* Where a container's cgroup is, and what the container asks of it. */
#ifndef CGROUP_PLACE_H
#define CGROUP_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/alloc.h"
#include "oci/spec.h"

enum cgroup_manager {
	CGROUP_CGROUPFS, /* we make directories */
	CGROUP_SYSTEMD,  /* systemd makes a scope */
	CGROUP_DISABLED, /* none */
};

/* Where it is. Absolute paths, as we see them. */
struct cgroup {
	enum cgroup_manager manager;
	char *v2;        /* directory in the v2 hierarchy; NULL: none, or not
			  * known before systemd has made it */
	char *leaf;      /* below .v2, where its processes are; NULL: there */
	struct strv v1;  /* "cpu,cpuacct=/sys/fs/cgroup/cpu,cpuacct/x" */
	struct strv own; /* directories that weren't there: to be removed */
	struct strv parents; /* of those, not there either; deepest first */
	char *unit;          /* of systemd; NULL: none */
	char *mark;        /* the unit's description, by which ours is known */
	bool user_manager; /* whose unit it is: the user's, not the machine's */
};

/* What a container asks for. */
struct cgroup_request {
	enum cgroup_manager manager;
	const char *id;
	const char *home; /* the container's state directory */
	const char *path; /* linux.cgroupsPath; NULL: a usual one */
	const struct spec_resources *resources;
	const struct strv *annotations;
	bool required;     /* going without any is an error */
	bool in_userns;    /* without the rights of the machine's root */
	bool user_manager; /* systemd is the user's, not the machine's */
	uid_t owner_uid;   /* of the container's process, as we see it */
	gid_t owner_gid;
	bool delegate; /* the container may make cgroups below its own */
};

/* Annotations: a cgroup below the unit's, and one below that. */
#define CGROUP_SUBGROUP "run.oci.systemd.subgroup"
#define CGROUP_DELEGATE "run.oci.delegate-cgroup"

/** cgroup_annotation() - Its value, borrowed; NULL: not there, or empty */
const char *cgroup_annotation(const struct strv *annotations, const char *name);

/** cgroup_v1_directory() - That of a v1 controller, or NULL */
const char *cgroup_v1_directory(const struct cgroup *cgroup,
				const char *controller);

#endif
