// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <stdlib.h>
#include <unistd.h>

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void clear_hooks(struct hook_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		close_fd(list->items[i].fd);
	if (list->items) {
		close_fd(list->stdout_fd);
		close_fd(list->stderr_fd);
	}
	free(list->items);
	free(list->state_head);
	free(list->state_tail);
}

static void clear_ids(struct mount_ids *ids)
{
	if (!ids)
		return;
	id_map_clear(&ids->uids);
	id_map_clear(&ids->gids);
	free(ids);
}

void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++)
		strv_clear(&plan->lists[i]);
	free(plan->lists);
	for (size_t i = 0; i < plan->mount_count; i++)
		clear_ids(plan->mounts[i].ids);
	free(plan->mounts);
	free(plan->files);
	free(plan->devices);
	clear_hooks(&plan->create_hooks);
	clear_hooks(&plan->start_hooks);
	free(plan->env);
	free(plan->home);
	free(plan->listen_pid);
	strv_clear(&plan->strings);
	seccomp_program_clear(&plan->seccomp);
	*plan = (struct plan){ 0 };
}
