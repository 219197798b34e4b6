// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <stdlib.h>

void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++)
		strv_clear(&plan->lists[i]);
	free(plan->lists);
	free(plan->mounts);
	free(plan->files);
	free(plan->devices);
	strv_clear(&plan->strings);
	seccomp_program_clear(&plan->seccomp);
	*plan = (struct plan){ 0 };
}
