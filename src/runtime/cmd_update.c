// SPDX-License-Identifier: Apache-2.0
/* update: other limits for a container that runs. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/parse.h"
#include "container/state.h"
#include "oci/spec_read.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"

enum { RESOURCES_MAX = 1 << 20 };

struct update_settings {
	const char *resources;
	struct spec_resources given; /* by the single options */
	const char *cpus, *mems, *l3_cache, *mem_bw, *kernel_memory;
};

static int parse_number_of(const struct option_row *row, const char *value,
			   void *field, struct error *err)
{
	struct spec_number *number = field;
	char *end;

	(void)row;
	errno = 0;
	number->value = strtoll(value, &end, 10);
	number->is_set = true;
	if (errno || !*value || *end)
		return error_say(err, EINVAL, "'%s' is not a whole number",
				 value);
	return 0;
}

/* Bytes, with a unit if one likes; -1 for no limit. */
static int parse_bytes_of(const struct option_row *row, const char *value,
			  void *field, struct error *err)
{
	struct spec_number *number = field;
	uint64_t bytes;

	if (*value == '-')
		return parse_number_of(row, value, field, err);
	if (parse_size(value, &bytes) < 0 || bytes > INT64_MAX)
		return error_say(err, EINVAL,
				 "'%s' is not a size like 512, 64m or 2g",
				 value);
	number->value = (int64_t)bytes;
	number->is_set = true;
	return 0;
}

#define NUMBER(option, what, member) \
	{ \
		.name = (option), .value = "N", .help = (what), \
		OPTION_PARSED(struct update_settings, given.member, \
			      parse_number_of), \
	}
#define BYTES(option, what, member) \
	{ \
		.name = (option), .value = "SIZE", .help = (what), \
		OPTION_PARSED(struct update_settings, given.member, \
			      parse_bytes_of), \
	}

static const struct option_row update_options[] = {
	NUMBER("blkio-weight", "share of the disks, 10 to 1000", block_weight),
	NUMBER("cpu-burst", "microseconds a period may be exceeded by",
	       cpu_burst),
	NUMBER("cpu-idle", "1: runs only when nothing else does", cpu_idle),
	NUMBER("cpu-period", "length of a period in microseconds", cpu_period),
	NUMBER("cpu-quota", "microseconds of each period that may be used",
	       cpu_quota),
	NUMBER("cpu-rt-period", "the same for real-time processes",
	       cpu_realtime_period),
	NUMBER("cpu-rt-runtime", "the same for real-time processes",
	       cpu_realtime_runtime),
	NUMBER("cpu-share", "relative weight, 1024 being usual", cpu_shares),
	{
		.name = "cpuset-cpus",
		.value = "LIST",
		.help = "CPUs that may be used, such as 0-2,7",
		OPTION_FIELD(struct update_settings, cpus),
	},
	{
		.name = "cpuset-mems",
		.value = "LIST",
		.help = "memory nodes that may be used",
		OPTION_FIELD(struct update_settings, mems),
	},
	{
		.name = "kernel-memory",
		.value = "SIZE",
		.hidden = true,
		OPTION_FIELD(struct update_settings, kernel_memory),
	},
	{
		.name = "kernel-memory-tcp",
		.value = "SIZE",
		.hidden = true,
		OPTION_FIELD(struct update_settings, kernel_memory),
	},
	{
		.name = "l3-cache-schema",
		.value = "SCHEMA",
		.help = "Intel RDT: share of the level 3 cache",
		OPTION_FIELD(struct update_settings, l3_cache),
	},
	{
		.name = "mem-bw-schema",
		.value = "SCHEMA",
		.help = "Intel RDT: share of the memory bandwidth",
		OPTION_FIELD(struct update_settings, mem_bw),
	},
	BYTES("memory", "memory that may be used", memory_limit),
	BYTES("memory-reservation", "memory that is kept for it",
	      memory_reservation),
	BYTES("memory-swap", "memory and swap together, -1: any", memory_swap),
	NUMBER("pids-limit", "processes that there may be, -1: any",
	       pids_limit),
	{
		.name = "resources",
		.letter = 'r',
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "read linux.resources from FILE; - is standard input",
		OPTION_FIELD(struct update_settings, resources),
	},
	{ 0 },
};

static int read_file(const char *path, struct spec_resources *ret,
		     struct error *err)
{
	auto_free char *text = NULL;
	int result =
		strcmp(path, "-")
			? file_read_text(path, RESOURCES_MAX, &text, NULL, err)
			: fd_read_text(0, RESOURCES_MAX, &text, NULL, err);

	if (result < 0 || spec_read_resources_text(text, ret, err) < 0)
		return error_wrap(err, "--resources %s", path);
	return 0;
}

/* A file stands for all of it, as with runc. */
static int gather(struct update_settings *settings, struct spec_resources *ret,
		  struct error *err)
{
	if (settings->l3_cache || settings->mem_bw)
		return error_say(
			err, EOPNOTSUPP,
			"update: --l3-cache-schema and --mem-bw-schema need a container with intelRdt, and this is none");
	if (settings->kernel_memory)
		log_warning(
			"update: --kernel-memory and --kernel-memory-tcp are ignored: kernels don't have these limits any more");
	if (settings->resources)
		return read_file(settings->resources, ret, err);
	*ret = settings->given;
	if (settings->cpus)
		ret->cpu_cpus = xstrdup(settings->cpus);
	if (settings->mems)
		ret->cpu_mems = xstrdup(settings->mems);
	return 0;
}

/* That limits are checked is said once, by who makes the container, or now. */
static int take_wishes(const struct state_dir *dir, const struct state *state,
		       struct spec_resources *ret, struct error *err)
{
	auto_with(spec_clear) struct spec spec = { 0 };

	if (state_read_spec(dir, state, &spec, err) < 0)
		return -err->code;
	if (spec.resources.memory_check_before_update)
		ret->memory_check_before_update = true;
	return 0;
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct update_settings settings = { 0 };
	auto_with(spec_resources_clear) struct spec_resources resources = { 0 };
	auto_with(state_dir_clear) struct state_dir dir = { .fd = -1 };
	auto_with(state_clear) struct state state = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(&runtime_update, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_update, argc - first, 1, 1, err) < 0 ||
	    gather(&settings, &resources, err) < 0 ||
	    state_root(runtime->root, &root, err) < 0 ||
	    state_open(root, argv[first], true, &dir, &state, err) < 0)
		return -err->code;
	if (state_status(&dir, &state) == STATUS_STOPPED)
		return error_say(err, ESRCH, "container not running");
	if (take_wishes(&dir, &state, &resources, err) < 0 ||
	    cgroup_update(&state.cgroup, &resources, err) < 0)
		return -err->code;
	journal_add(&dir, "update", &state);
	return 0;
}

const struct command runtime_update = {
	.name = "update",
	.synopsis = "[OPTION]... ID",
	.summary = "Change the limits of a container",
	.program = "holt-runtime",
	.options = update_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
