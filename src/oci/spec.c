// SPDX-License-Identifier: Apache-2.0
#include "oci/spec.h"

#include <stdlib.h>
#include <string.h>

#include "oci/rlimit.h"

/* Room for one more element, zeroed; the lists are short, so they grow by
 * one.
 */
static void *grow(void *list, size_t *count, size_t size)
{
	char *grown = xrealloc_array(*(void **)list, *count + 1, size);
	void *element = grown + *count * size;

	*(void **)list = grown;
	(*count)++;
	return memset(element, 0, size);
}

static char *copy_or_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void add_comma_separated(struct strv *list, const char *text)
{
	while (text && *text) {
		size_t length = strcspn(text, ",");

		if (length > 0)
			strv_add(list, xstrndup(text, length));
		text += length + (text[length] == ',');
	}
}

struct spec_mount *spec_add_mount(struct spec *spec, const char *type,
				  const char *source, const char *destination,
				  const char *options)
{
	struct spec_mount *mount =
		grow(&spec->mounts, &spec->mount_count, sizeof(*mount));

	mount->type = copy_or_null(type);
	mount->source = copy_or_null(source);
	mount->destination = copy_or_null(destination);
	add_comma_separated(&mount->options, options);
	return mount;
}

struct spec_file *spec_add_file(struct spec *spec, enum spec_file_kind kind,
				const char *path, const char *content,
				mode_t mode)
{
	struct spec_file *file =
		grow(&spec->files, &spec->file_count, sizeof(*file));

	file->kind = kind;
	file->path = xstrdup(path);
	file->content = copy_or_null(content);
	file->mode = mode;
	return file;
}

struct spec_device *spec_add_device(struct spec *spec, const char *path)
{
	struct spec_device *device =
		grow(&spec->devices, &spec->device_count, sizeof(*device));

	device->path = copy_or_null(path);
	return device;
}

void spec_add_sysctl(struct spec *spec, const char *key, const char *value)
{
	struct spec_sysctl *sysctl =
		grow(&spec->sysctls, &spec->sysctl_count, sizeof(*sysctl));

	sysctl->key = xstrdup(key);
	sysctl->value = xstrdup(value);
}

void spec_add_rlimit(struct spec *spec, int resource, rlim_t soft, rlim_t hard)
{
	struct spec_process *process = &spec->process;
	struct spec_rlimit *limit = NULL;

	for (size_t i = 0; i < process->rlimit_count && !limit; i++)
		if (process->rlimits[i].resource == resource)
			limit = &process->rlimits[i];
	if (!limit)
		limit = grow(&process->rlimits, &process->rlimit_count,
			     sizeof(*limit));
	*limit = (struct spec_rlimit){
		.resource = resource,
		.name = rlimit_name(resource),
		.soft = soft,
		.hard = hard,
	};
}

/* The item of process.env for @name, or NULL. */
static char **find_env(const struct spec *spec, const char *name)
{
	const struct strv *env = &spec->process.env;
	size_t length = strlen(name);

	for (size_t i = 0; i < env->count; i++)
		if (!strncmp(env->items[i], name, length) &&
		    env->items[i][length] == '=')
			return &env->items[i];
	return NULL;
}

void spec_set_env(struct spec *spec, const char *name, const char *value)
{
	char **item = find_env(spec, name);

	if (!item) {
		strv_addf(&spec->process.env, "%s=%s", name, value);
		return;
	}

	/* The value may be part of the item that goes. */
	char *old = *item;

	*item = xasprintf("%s=%s", name, value);
	free(old);
}

const char *spec_get_env(const struct spec *spec, const char *name)
{
	char **item = find_env(spec, name);

	return item ? *item + strlen(name) + 1 : NULL;
}

static void clear_process(struct spec_process *process)
{
	free(process->cwd);
	strv_clear(&process->env);
	strv_clear(&process->args);
	free(process->user.groups);
	strv_clear(&process->unknown_capabilities);
	free(process->rlimits);
	free(process->affinity.initial);
	free(process->affinity.final);
	free(process->apparmor_profile);
	free(process->selinux_label);
}

static void clear_mounts(struct spec *spec)
{
	for (size_t i = 0; i < spec->mount_count; i++) {
		free(spec->mounts[i].destination);
		free(spec->mounts[i].type);
		free(spec->mounts[i].source);
		free(spec->mounts[i].volume);
		strv_clear(&spec->mounts[i].options);
		id_map_clear(&spec->mounts[i].uids);
		id_map_clear(&spec->mounts[i].gids);
	}
	free(spec->mounts);
}

static void clear_nodes(struct spec *spec)
{
	for (size_t i = 0; i < spec->file_count; i++) {
		free(spec->files[i].path);
		free(spec->files[i].content);
	}
	free(spec->files);
	for (size_t i = 0; i < spec->device_count; i++) {
		free(spec->devices[i].path);
		free(spec->devices[i].source);
	}
	free(spec->devices);
}

static void clear_kernel(struct spec *spec)
{
	for (size_t i = 0; i < NS_COUNT; i++)
		free(spec->namespaces[i].path);
	id_map_clear(&spec->uids);
	id_map_clear(&spec->gids);
	for (size_t i = 0; i < spec->sysctl_count; i++) {
		free(spec->sysctls[i].key);
		free(spec->sysctls[i].value);
	}
	free(spec->sysctls);
	seccomp_profile_clear(&spec->seccomp);
	strv_clear(&spec->masked_paths);
	strv_clear(&spec->readonly_paths);
	free(spec->rootfs_propagation);
	free(spec->cgroups_path);
	for (size_t i = 0; i < spec->net_device_count; i++) {
		free(spec->net_devices[i].name);
		free(spec->net_devices[i].new_name);
	}
	free(spec->net_devices);
	free(spec->mount_label);
	free(spec->memory_policy.nodes);
	free(spec->intel_rdt.clos_id);
	free(spec->intel_rdt.l3_cache_schema);
	free(spec->intel_rdt.mem_bw_schema);
	strv_clear(&spec->intel_rdt.schemata);
}

static void clear_hooks(struct spec *spec)
{
	for (size_t point = 0; point < HOOK_COUNT; point++) {
		struct spec_hooks *hooks = &spec->hooks[point];

		for (size_t i = 0; i < hooks->count; i++) {
			free(hooks->items[i].path);
			strv_clear(&hooks->items[i].args);
			strv_clear(&hooks->items[i].env);
		}
		free(hooks->items);
	}
}

void spec_resources_clear(struct spec_resources *resources)
{
	free(resources->devices);
	free(resources->cpu_cpus);
	free(resources->cpu_mems);
	free(resources->block_weights.items);
	for (size_t i = 0; i < THROTTLE_COUNT; i++)
		free(resources->block_throttles[i].items);
	for (size_t i = 0; i < resources->hugepage_count; i++)
		free(resources->hugepages[i].size);
	free(resources->hugepages);
	for (size_t i = 0; i < resources->rdma_count; i++)
		free(resources->rdma[i].device);
	free(resources->rdma);
	for (size_t i = 0; i < resources->network_priority_count; i++)
		free(resources->network_priorities[i].interface);
	free(resources->network_priorities);
	strv_clear(&resources->unified);
	*resources = (struct spec_resources){ 0 };
}

void spec_clear(struct spec *spec)
{
	free(spec->root.path);
	free(spec->root.writable);
	strv_clear(&spec->root.layers);
	clear_process(&spec->process);
	free(spec->hostname);
	free(spec->domainname);
	clear_mounts(spec);
	clear_nodes(spec);
	clear_kernel(spec);
	clear_hooks(spec);
	spec_resources_clear(&spec->resources);
	strv_clear(&spec->annotations);
	strv_clear(&spec->deviations);
	*spec = (struct spec){ 0 };
}
