// SPDX-License-Identifier: Apache-2.0
/* When, where and as what the command runs: scheduler, I/O priority, NUMA
 * memory, execution domain.
 */
#include <linux/ioprio.h>
#include <linux/sched/types.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/step.h"

static int set_scheduler(const struct spec_scheduler *scheduler,
			 struct error *err)
{
	struct sched_attr attributes = {
		.size = sizeof(attributes),
		.sched_policy = scheduler->policy,
		.sched_flags = scheduler->flags,
		.sched_nice = scheduler->nice,
		.sched_priority = scheduler->priority,
		.sched_runtime = scheduler->runtime_ns,
		.sched_deadline = scheduler->deadline_ns,
		.sched_period = scheduler->period_ns,
	};

	if (!scheduler->is_set ||
	    syscall(SYS_sched_setattr, 0, &attributes, 0) == 0)
		return 0;
	if (errno == EPERM)
		return error_say(
			err, EPERM,
			"set process.scheduler: real-time policies and a lower nice value need CAP_SYS_NICE on the host");
	return error_set(err, errno, "set process.scheduler");
}

static int set_io_priority(const struct spec_io_priority *priority,
			   struct error *err)
{
	if (!priority->is_set || syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
					 priority->value) == 0)
		return 0;
	if (errno == EPERM)
		return error_say(
			err, EPERM,
			"set process.ioPriority: IOPRIO_CLASS_RT needs CAP_SYS_ADMIN on the host");
	return error_set(err, errno, "set process.ioPriority");
}

static int set_memory_policy(const struct plan *plan, struct error *err)
{
	const struct spec_memory_policy *policy = plan->memory_policy;

	if (!policy->is_set ||
	    syscall(SYS_set_mempolicy, policy->mode,
		    policy->nodes ? plan->memory_nodes : NULL,
		    policy->nodes ? NODE_MAX : 0) == 0)
		return 0;
	return error_set(err, errno, "set memoryPolicy%s%s",
			 policy->nodes ? " with nodes " : "",
			 policy->nodes ? policy->nodes : "");
}

int step_schedule(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	if (set_scheduler(&plan->process->scheduler, err) < 0 ||
	    set_io_priority(&plan->process->io_priority, err) < 0 ||
	    set_memory_policy(plan, err) < 0)
		return -err->code;
	if (plan->has_personality && personality(plan->personality) < 0)
		return error_set(err, errno, "set the personality");
	return 0;
}
