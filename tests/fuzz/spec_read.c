// SPDX-License-Identifier: Apache-2.0
/* config.json from anywhere: reading it never crashes, what was accepted holds
 * what the rest relies on, and a filter that compiles answers every call.
 */
#include "oci/spec_read.h"

#include <assert.h>
#include <linux/audit.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "oci/seccomp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Jumps of BPF only go forwards, so a look at each instruction is enough. */
static void check_program(const struct seccomp_program *program)
{
	assert(program->length > 0 && program->length <= BPF_MAXINSNS);
	for (size_t i = 0; i < program->length; i++) {
		const struct sock_filter *at = &program->code[i];
		size_t room = program->length - i - 1;

		if (BPF_CLASS(at->code) == BPF_RET)
			continue;
		assert(room > 0);
		if (at->code == (BPF_JMP | BPF_JA))
			assert(at->k < room);
		else if (BPF_CLASS(at->code) == BPF_JMP)
			assert(at->jt < room && at->jf < room);
	}
}

static void check_process(const struct spec *spec)
{
	const struct spec_process *process = &spec->process;

	/* It may be absent: then a container is created and can't start. */
	if (!spec->has_process)
		return;
	assert(process->args.count > 0 && process->cwd[0] == '/');
	for (size_t i = 0; i < process->env.count; i++) {
		const char *item = process->env.items[i];
		const char *equals = strchr(item, '=');

		assert(equals && equals > item);
		auto_free char *name = xstrndup(item, (size_t)(equals - item));
		assert(spec_get_env(spec, name) == equals + 1);
	}
	for (size_t i = 0; i < process->rlimit_count; i++)
		for (size_t j = 0; j < i; j++)
			assert(process->rlimits[i].resource !=
			       process->rlimits[j].resource);
}

static void check_spec(const struct spec *spec)
{
	struct error err;

	check_process(spec);
	assert(spec->root.path && spec->root.path[0] == '/');
	for (size_t i = 0; i < spec->mount_count; i++)
		assert(spec->mounts[i].destination[0] == '/');
	for (size_t i = 0; i < spec->device_count; i++)
		assert(strchr("cbup", spec->devices[i].type) &&
		       spec->devices[i].path[0] == '/');
	for (size_t i = 0; i < spec->masked_paths.count; i++)
		assert(spec->masked_paths.items[i][0] == '/');
	assert(!spec->uids.count == !spec->gids.count);
	assert(!spec->uids.count ||
	       id_map_validate(&spec->uids, "uid", &err) == 0);
	assert(!spec->hostname || spec->namespaces[NS_UTS].wanted);
	for (size_t i = 0; i < spec->sysctl_count; i++)
		assert(!strstr(spec->sysctls[i].key, ".."));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_with(spec_clear) struct spec spec = { 0 };
	struct seccomp_program program = { 0 };
	struct error err = { 0 };
	auto_free char *text = xstrndup((const char *)data, size);

	log_set_level(LEVEL_ERROR);
	if (spec_read_text(text, "/bundle", &spec, &err) < 0) {
		assert(err.code > 0 && err.text[0]);
		return 0;
	}
	check_spec(&spec);
	if (seccomp_compile(&spec.seccomp, 0, &program, &err) == 0 &&
	    spec.seccomp.kind == SECCOMP_PROFILE)
		check_program(&program);
	seccomp_program_clear(&program);
	return 0;
}
