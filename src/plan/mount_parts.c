// SPDX-License-Identifier: Apache-2.0
#include "plan/mount_parts.h"

#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"

struct mount_op *plan_add_mount(struct plan *plan)
{
	plan->mounts = xrealloc_array(plan->mounts, plan->mount_count + 1,
				      sizeof(*plan->mounts));
	plan->mounts[plan->mount_count] = (struct mount_op){ 0 };
	return &plan->mounts[plan->mount_count++];
}

char *const *plan_keep_list(struct plan *plan, struct strv *list)
{
	plan->lists = xrealloc_array(plan->lists, plan->list_count + 1,
				     sizeof(*plan->lists));
	plan->lists[plan->list_count++] = *list;

	char *const *items = list->items;

	*list = (struct strv){ 0 };
	return items;
}

bool path_is_at(const char *path, const char *place)
{
	size_t length = strlen(place);

	return !strncmp(path, place, length) &&
	       path[length + strspn(path + length, "/")] == '\0';
}

const struct spec_mount *spec_find_mount(const struct spec *spec,
					 const char *destination)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		if (path_is_at(spec->mounts[i].destination, destination))
			return &spec->mounts[i];
	return NULL;
}

/* devpts wants gid=5, which a single-id map doesn't have; the terminal's group
 * is then ours, and nobody else is there to be kept out.
 */
static void drop_unmapped_gid(const struct plan *plan, struct strv *data)
{
	char *gid = strv_find_prefix(data, "gid=");

	if (!gid || !plan->gids ||
	    id_map_has(plan->gids, (uint32_t)strtoul(gid + 4, NULL, 10)))
		return;
	for (size_t i = 0; i < data->count; i++)
		if (data->items[i] == gid) {
			free(gid);
			memmove(&data->items[i], &data->items[i + 1],
				(data->count - i) * sizeof(*data->items));
			data->count--;
			return;
		}
}

/* What shows the kernel's own has its labels; a message queue takes one only as
 * a file does.
 */
static void add_label(const struct plan *plan, struct mount_op *op,
		      struct strv *data)
{
	static const char *const kernels[] = { "proc", "sysfs", "cgroup",
					       "cgroup2" };

	for (size_t i = 0; i < ARRAY_COUNT(kernels); i++)
		if (!strcmp(op->type, kernels[i]))
			return;
	if (!strcmp(op->type, "mqueue"))
		op->label = plan->mount_label;
	else
		strv_addf(data, "%s=%s", plan->mount_context,
			  plan->mount_label);
}

void plan_new(struct plan *plan, struct mount_op *op,
	      struct mount_options *options)
{
	op->kind = MOUNT_NEW;
	if (!strcmp(op->type, "devpts")) {
		drop_unmapped_gid(plan, &options->data);
		op->is_devpts = true;
	}
	op->is_proc = !strcmp(op->type, "proc");
	op->copy_up = options->copy_up;
	op->needs_ids = plan->become_root || op->copy_up || op->is_devpts ||
			!strcmp(op->type, "overlay") ||
			(plan->new_cgroup_namespace &&
			 !strncmp(op->type, "cgroup", 6)) ||
			strv_find_prefix(&options->data, "uid=") ||
			strv_find_prefix(&options->data, "gid=");
	if (plan->mount_label)
		add_label(plan, op, &options->data);
	op->parameters = plan_keep_list(plan, &options->data);
}

void plan_host_tree(struct mount_op *op, const char *path)
{
	op->kind = MOUNT_BIND;
	op->source = path;
	op->type = NULL;
	op->recursive = true;
	op->clear = op->recursive_clear = 0;
	op->recursive_set |= MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			     MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV;
}
