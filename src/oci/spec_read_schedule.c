// SPDX-License-Identifier: Apache-2.0
/* "process.scheduler", "ioPriority" and "execCPUAffinity": when and where the
 * command gets its time.
 */
#include <linux/ioprio.h>
#include <linux/sched.h>
#include <string.h>

#include "oci/spec_read_parts.h"

/* One of the words of a table, as the number that the kernel has for it. */
struct word_row {
	const char *word;
	unsigned int number;
};

static int read_word(const struct json_node *node, const struct word_row *rows,
		     unsigned int *ret, struct error *err)
{
	const char *word;

	if (json_get_string(node, &word, err) < 0)
		return -err->code;
	for (; rows->word; rows++)
		if (!strcmp(rows->word, word)) {
			*ret = rows->number;
			return 0;
		}
	return json_fail(err, node, EINVAL, "unknown word \"%s\"", word);
}

static int read_policy(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct word_row policies[] = {
		{ "SCHED_OTHER", SCHED_NORMAL },
		{ "SCHED_FIFO", SCHED_FIFO },
		{ "SCHED_RR", SCHED_RR },
		{ "SCHED_BATCH", SCHED_BATCH },
		{ "SCHED_IDLE", SCHED_IDLE },
		{ "SCHED_DEADLINE", SCHED_DEADLINE },
		{ 0 },
	};
	struct spec_scheduler *scheduler = target;
	const char *word;

	if (json_get_string(node, &word, err) < 0)
		return -err->code;
	if (!strcmp(word, "SCHED_ISO"))
		return json_fail(err, node, EOPNOTSUPP,
				 "no Linux has SCHED_ISO");
	return read_word(node, policies, &scheduler->policy, err);
}

static int read_flag(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct word_row flags[] = {
		{ "SCHED_FLAG_RESET_ON_FORK", SCHED_FLAG_RESET_ON_FORK },
		{ "SCHED_FLAG_RECLAIM", SCHED_FLAG_RECLAIM },
		{ "SCHED_FLAG_DL_OVERRUN", SCHED_FLAG_DL_OVERRUN },
		{ "SCHED_FLAG_KEEP_POLICY", SCHED_FLAG_KEEP_POLICY },
		{ "SCHED_FLAG_KEEP_PARAMS", SCHED_FLAG_KEEP_PARAMS },
		{ "SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN },
		{ "SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX },
		{ 0 },
	};
	struct spec_scheduler *scheduler = target;
	unsigned int flag = 0;

	if (read_word(node, flags, &flag, err) < 0)
		return -err->code;
	scheduler->flags |= flag;
	return 0;
}

static int read_nice(const struct json_node *node, void *target,
		     struct error *err)
{
	int64_t nice;

	if (json_get_integer(node, -20, 19, &nice, err) < 0)
		return -err->code;
	*(int32_t *)target = (int32_t)nice;
	return 0;
}

static int read_priority(const struct json_node *node, void *target,
			 struct error *err)
{
	int64_t priority;

	if (json_get_integer(node, 0, 99, &priority, err) < 0)
		return -err->code;
	*(uint32_t *)target = (uint32_t)priority;
	return 0;
}

/* What belongs to one policy alone. */
static int check_scheduler(const struct json_node *node,
			   const struct spec_scheduler *scheduler,
			   struct error *err)
{
	bool is_realtime = scheduler->policy == SCHED_FIFO ||
			   scheduler->policy == SCHED_RR;

	if (scheduler->priority && !is_realtime)
		return json_fail(
			err, node, EINVAL,
			"priority is for SCHED_FIFO and SCHED_RR only");
	if ((scheduler->runtime_ns || scheduler->deadline_ns ||
	     scheduler->period_ns) &&
	    scheduler->policy != SCHED_DEADLINE)
		return json_fail(
			err, node, EINVAL,
			"runtime, deadline and period are for SCHED_DEADLINE only");
	return 0;
}

#define SCHEDULER(name, member) \
	{ \
		.key = (name), JSON_MEMBER(struct spec_scheduler, member) \
	}

int spec_read_scheduler(const struct json_node *node, void *target,
			struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "policy",
		  .kind = JSON_READ,
		  .read = read_policy,
		  .required = true },
		{ .key = "nice",
		  .kind = JSON_READ,
		  .read = read_nice,
		  .offset = offsetof(struct spec_scheduler, nice) },
		{ .key = "priority",
		  .kind = JSON_READ,
		  .read = read_priority,
		  .offset = offsetof(struct spec_scheduler, priority) },
		{ .key = "flags", .kind = JSON_EACH, .read = read_flag },
		SCHEDULER("runtime", runtime_ns),
		SCHEDULER("deadline", deadline_ns),
		SCHEDULER("period", period_ns),
		{ 0 },
	};
	struct spec_scheduler *scheduler = target;

	if (json_is_empty(node))
		return 0;
	scheduler->is_set = true;
	if (json_read_object(node, rows, scheduler, err) < 0)
		return -err->code;
	return check_scheduler(node, scheduler, err);
}

struct io_priority {
	unsigned int class;
	int level;
};

static int read_class(const struct json_node *node, void *target,
		      struct error *err)
{
	static const struct word_row classes[] = {
		{ "IOPRIO_CLASS_RT", IOPRIO_CLASS_RT },
		{ "IOPRIO_CLASS_BE", IOPRIO_CLASS_BE },
		{ "IOPRIO_CLASS_IDLE", IOPRIO_CLASS_IDLE },
		{ 0 },
	};

	return read_word(node, classes, target, err);
}

static int read_level(const struct json_node *node, void *target,
		      struct error *err)
{
	int64_t level;

	if (json_get_integer(node, 0, IOPRIO_NR_LEVELS - 1, &level, err) < 0)
		return -err->code;
	*(int *)target = (int)level;
	return 0;
}

int spec_read_io_priority(const struct json_node *node, void *target,
			  struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "class",
		  .kind = JSON_READ,
		  .read = read_class,
		  .offset = offsetof(struct io_priority, class),
		  .required = true },
		{ .key = "priority",
		  .kind = JSON_READ,
		  .read = read_level,
		  .offset = offsetof(struct io_priority, level) },
		{ 0 },
	};
	struct spec_io_priority *ret = target;
	struct io_priority given = { 0 };

	if (json_is_empty(node))
		return 0;
	if (json_read_object(node, rows, &given, err) < 0)
		return -err->code;
	ret->is_set = true;
	ret->value = (int)(given.class << IOPRIO_CLASS_SHIFT) | given.level;
	return 0;
}

int spec_read_affinity(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "initial",
		  .kind = JSON_READ,
		  .read = spec_read_id_list,
		  .offset = offsetof(struct spec_affinity, initial) },
		{ .key = "final",
		  .kind = JSON_READ,
		  .read = spec_read_id_list,
		  .offset = offsetof(struct spec_affinity, final) },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}
