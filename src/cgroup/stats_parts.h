// SPDX-License-Identifier: Apache-2.0
/* What the figures of both versions are put together with. */
#ifndef CGROUP_STATS_PARTS_H
#define CGROUP_STATS_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup/place.h"

struct json_object;

/* A cgroup's directory; -1: not there, and nothing is found in it. */
struct stats_source {
	int dir;
};

struct json_object *stats_object(struct json_object *parent, const char *key);
void stats_put(struct json_object *object, const char *key, uint64_t value);

/** stats_read() - A file's text, owned by the caller; NULL: not there */
char *stats_read(const struct stats_source *source, const char *file);

/** stats_number() - A file with one number. Return: is it there? */
bool stats_number(const struct stats_source *source, const char *file,
		  uint64_t *ret);

/** stats_copy() - A file with one number as a property, if it is there. */
void stats_copy(const struct stats_source *source, const char *file,
		struct json_object *object, const char *key);

/** stats_field() - The number behind a word at the start of a line, or 0. */
uint64_t stats_field(const char *text, const char *key);

/** stats_raw() - Every line "KEY NUMBER" as a property. */
void stats_raw(const char *text, struct json_object *object);

/** stats_pressure() - A pressure file as "psi". */
void stats_pressure(const struct stats_source *source, const char *file,
		    struct json_object *object);

/** stats_put_pids() - "pids", which both versions have alike. */
void stats_put_pids(const struct stats_source *source,
		    struct json_object *stats);

/* "cpuset", "blkio" and "hugetlb", by the files of one version. */
void stats_cpuset_v1(const struct stats_source *source,
		     struct json_object *stats);
void stats_cpuset_v2(const struct stats_source *source,
		     struct json_object *stats);
void stats_block_v1(const struct stats_source *source,
		    struct json_object *stats);
void stats_hugetlb_v1(const struct stats_source *source,
		      struct json_object *stats);
void stats_hugetlb_v2(const struct stats_source *source,
		      struct json_object *stats);

/**
 * stats_add_block() - One figure of a disk
 * @array:	Of "blkio"
 * @device:	"MAJOR:MINOR"
 * @operation:	"Read", "Write"...; may be empty
 * @value:	A number
 */
void stats_add_block(struct json_object *array, const char *device,
		     const char *operation, const char *value);

/* The figures of one version. */
void stats_v1(const struct cgroup *cgroup, struct json_object *object);
void stats_v2(const char *dir, struct json_object *object);

#endif
