// SPDX-License-Identifier: Apache-2.0
#include "runtime/usage.h"

#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "cgroup/stats.h"
#include "container/members.h"
#include "runtime/ps_process.h"

enum { NET_DEV_MAX = 1 << 20 };

static void put(struct json_object *object, const char *key, uint64_t value)
{
	(void)json_object_object_add(object, key,
				     json_object_new_uint64(value));
}

static struct json_object *put_object(struct json_object *parent,
				      const char *key)
{
	struct json_object *object = json_object_new_object();

	(void)json_object_object_add(parent, key, object);
	return object;
}

struct sums {
	uint64_t user_ticks, system_ticks, resident_kib, threads;
};

static int add_up(const struct state *state, struct sums *ret,
		  struct error *err)
{
	auto_free pid_t *pids = NULL;
	size_t count = 0;

	if (members_list(state, &pids, &count, err) < 0)
		return -err->code;
	for (size_t i = 0; i < count; i++) {
		struct ps_process process;

		if (ps_process_read(pids[i], &process) < 0)
			continue; /* it has ended meanwhile */
		ret->user_ticks += process.user_ticks;
		ret->system_ticks += process.system_ticks;
		ret->resident_kib += process.resident_kib;
		ret->threads += process.threads;
		ps_process_clear(&process);
	}
	return 0;
}

static int read_processes(const struct state *state, struct json_object **ret,
			  struct error *err)
{
	const uint64_t ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
	struct sums sums = { 0 };
	struct json_object *object, *part;

	if (add_up(state, &sums, err) < 0)
		return -err->code;
	object = json_object_new_object();
	part = put_object(put_object(object, "cpu"), "usage");
	put(part, "total", (sums.user_ticks + sums.system_ticks) * ns);
	put(part, "kernel", sums.system_ticks * ns);
	put(part, "user", sums.user_ticks * ns);
	part = put_object(put_object(object, "memory"), "usage");
	put(part, "usage", sums.resident_kib * 1024);
	part = put_object(object, "pids");
	put(part, "current", sums.threads);
	*ret = object;
	return 0;
}

/* A line of proc_pid_net(5), "dev": "eth0: RX-NUMBERS TX-NUMBERS", 8 each. */
static struct json_object *read_interface(char *line)
{
	static const char *const keys[] = {
		"RxBytes", "RxPackets", "RxErrors", "RxDropped",
		NULL,      NULL,        NULL,       NULL,
		"TxBytes", "TxPackets", "TxErrors", "TxDropped",
	};
	char *colon = strchr(line, ':'), *at;
	struct json_object *object;

	if (!colon)
		return NULL;
	*colon = '\0';
	at = colon + 1;
	object = json_object_new_object();
	(void)json_object_object_add(
		object, "Name",
		json_object_new_string(line + strspn(line, " ")));
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		uint64_t value = strtoull(at, &at, 10);

		if (keys[i])
			put(object, keys[i], value);
	}
	return object;
}

/* A namespace of its own: ours has what others use as well. */
static bool has_own_network(const struct state *state)
{
	auto_free char *path = xasprintf("/proc/%d/ns/net", state->pid);
	struct stat own, theirs;

	return stat("/proc/self/ns/net", &own) == 0 &&
	       stat(path, &theirs) == 0 && own.st_ino != theirs.st_ino;
}

/* Those of its network namespace. */
static void put_interfaces(const struct state *state,
			   struct json_object *object)
{
	struct json_object *array = json_object_new_array();
	auto_free char *path = xasprintf("/proc/%d/net/dev", state->pid);
	auto_free char *text = NULL;
	char *rest, *line;
	struct error ignored;

	(void)json_object_object_add(object, "network_interfaces", array);
	if (!has_own_network(state) ||
	    file_read_text(path, NET_DEV_MAX, &text, NULL, &ignored) < 0)
		return;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		struct json_object *entry = read_interface(line);

		if (entry)
			(void)json_object_array_add(array, entry);
	}
}

int usage_read(const struct state *state, struct json_object **ret,
	       struct error *err)
{
	struct json_object *object = NULL;
	int result = cgroup_stats(&state->cgroup, &object, err);

	if (result == -EOPNOTSUPP)
		result = read_processes(state, &object, err);
	if (result < 0)
		return result;
	put_interfaces(state, object);
	*ret = object;
	return 0;
}
