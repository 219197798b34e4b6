// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: what starts or stops a unit is a job, of which we are
 * told the path. That it is done, and how, is told by a signal, which may come
 * only when we have asked for such signals before. So every wait is for one
 * signal, and has an end.
 */
#include "cgroup/systemd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cgroup/unit.h"
#include "cgroup/variant.h"

#define DESTINATION "org.freedesktop.systemd1"
#define MANAGER     DESTINATION ".Manager"
#define OBJECT      "/org/freedesktop/systemd1"

enum { JOB_TIMEOUT_MS = 30000 };

/* A call that is made: its message, and the answer. */
struct call {
	const struct bus *bus; /* borrowed */
	sd_bus_message *message, *answer;
};

static void call_clear(struct call *call)
{
	if (call->message)
		(void)call->bus->api.message_unref(call->message);
	if (call->answer)
		(void)call->bus->api.message_unref(call->answer);
}

/* A message that can't be built. */
static int not_built(int result, struct error *err)
{
	return error_set(err, -result, "make a message for systemd");
}

static int add_text(struct call *call, const char *text, struct error *err)
{
	int result = call->bus->api.append_basic(call->message, 's', text);

	return result < 0 ? not_built(result, err) : 0;
}

/* Every method takes the name of a unit first. */
static int call_begin(struct call *call, const char *method, const char *unit,
		      struct error *err)
{
	int result = call->bus->api.new_method_call(call->bus->connection,
						    &call->message, DESTINATION,
						    OBJECT, MANAGER, method);

	return result < 0 ? not_built(result, err) : add_text(call, unit, err);
}

/* Those of systemd's errors that mean something to us. */
static int code_of(const sd_bus_error *error, int result)
{
	static const struct {
		const char *name;
		int code;
	} known[] = {
		{ DESTINATION ".NoSuchUnit", ENOENT },
		{ DESTINATION ".UnitExists", EEXIST },
	};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (error->name && !strcmp(error->name, known[i].name))
			return known[i].code;
	return -result;
}

static int call_make(struct call *call, const char *what, const char *unit,
		     struct error *err)
{
	sd_bus_error error = { 0 };
	int result = call->bus->api.call(call->bus->connection, call->message,
					 0, &error, &call->answer);

	if (result >= 0)
		return 0;
	if (error.message)
		result = error_say(err, code_of(&error, result),
				   "systemd can't %s %s: %s", what, unit,
				   error.message);
	else
		result = error_set(err, -result, "ask systemd to %s %s", what,
				   unit);
	call->bus->api.error_free(&error);
	return result;
}

static int add_part(struct call *call, const struct variant_part *part)
{
	const struct bus_api *api = &call->bus->api;

	switch (part->step) {
	case VARIANT_OPEN:
		return api->open_container(call->message, part->type,
					   part->text);
	case VARIANT_CLOSE:
		return api->close_container(call->message);
	case VARIANT_BASIC:
		break;
	}
	return api->append_basic(call->message, part->type,
				 part->text ? (const void *)part->text
					    : &part->value);
}

static int add_variant(struct call *call, const struct variant *variant,
		       struct error *err)
{
	const struct bus_api *api = &call->bus->api;
	int result =
		api->open_container(call->message, 'v', variant->signature);

	for (size_t i = 0; i < variant->count && result >= 0; i++)
		result = add_part(call, &variant->parts[i]);
	if (result >= 0)
		result = api->close_container(call->message);
	return result < 0 ? not_built(result, err) : 0;
}

/* "Name=VALUE" as (sv) */
static int add_property(struct call *call, const char *property,
			struct error *err)
{
	const struct bus_api *api = &call->bus->api;
	auto_with(variant_clear) struct variant variant = { 0 };
	const char *value = strchr(property, '=');
	auto_free char *name = xstrndup(property, (size_t)(value - property));
	int result;

	if (variant_parse(value + 1, &variant, err) < 0)
		return error_wrap(err, "property %s", name);
	result = api->open_container(call->message, 'r', "sv");
	if (result < 0)
		return not_built(result, err);
	if (add_text(call, name, err) < 0 ||
	    add_variant(call, &variant, err) < 0)
		return error_wrap(err, "property %s", name);
	result = api->close_container(call->message);
	return result < 0 ? not_built(result, err) : 0;
}

static int add_properties(struct call *call, const struct strv *properties,
			  struct error *err)
{
	const struct bus_api *api = &call->bus->api;
	int result = api->open_container(call->message, 'a', "(sv)");

	if (result < 0)
		return not_built(result, err);
	for (size_t i = 0; i < properties->count; i++)
		if (add_property(call, properties->items[i], err) < 0)
			return -err->code;
	result = api->close_container(call->message);
	return result < 0 ? not_built(result, err) : 0;
}

/* A job that is waited for. */
struct job {
	const struct bus *bus; /* borrowed */
	const char *path;      /* NULL: not known yet */
	bool is_done;
	char result[32]; /* "done", "failed", ... */
};

static int on_job_removed(sd_bus_message *message, void *argument,
			  sd_bus_error *error)
{
	struct job *job = argument;
	const char *path, *unit, *result;
	uint32_t id;

	(void)error;
	if (job->bus->api.read(message, "uoss", &id, &path, &unit, &result) <
		    0 ||
	    !job->path || strcmp(path, job->path) != 0)
		return 0;
	job->is_done = true;
	(void)snprintf(job->result, sizeof(job->result), "%s", result);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int job_wait(struct job *job, const char *what, const char *unit,
		    struct error *err)
{
	const struct bus *bus = job->bus;
	int64_t end = now_ms() + JOB_TIMEOUT_MS;

	while (!job->is_done) {
		int result = bus->api.process(bus->connection, NULL);
		int64_t left = end - now_ms();

		if (result == 0 && left <= 0)
			return error_say(
				err, ETIMEDOUT,
				"systemd has not come to %s %s within %d s; 'systemctl list-jobs' tells what it waits for",
				what, unit, JOB_TIMEOUT_MS / 1000);
		if (result == 0)
			result = bus->api.wait(bus->connection,
					       (uint64_t)left * 1000);
		if (result < 0 && result != -EINTR)
			return error_set(err, -result,
					 "wait for systemd to %s %s", what,
					 unit);
	}
	if (!strcmp(job->result, "done"))
		return 0;
	return error_say(
		err, EIO,
		"systemd can't %s %s (%s); its journal tells why ('journalctl -e')",
		what, unit, job->result);
}

static int job_make(struct call *call, struct job *job, const char *what,
		    const char *unit, struct error *err)
{
	int result;

	if (call_make(call, what, unit, err) < 0)
		return -err->code;
	result = call->bus->api.read(call->answer, "o", &job->path);
	if (result < 0)
		return error_set(err, -result, "understand systemd's answer");
	return job_wait(job, what, unit, err);
}

/* Make a call that gives a job, and wait for that. */
static int job_run(struct call *call, const char *what, const char *unit,
		   struct error *err)
{
	const struct bus *bus = call->bus;
	struct job job = { .bus = bus };
	sd_bus_slot *slot = NULL;
	int result = bus->api.match_signal_async(
		bus->connection, &slot,
		bus->is_direct ? NULL : DESTINATION, /* no names there */
		OBJECT, MANAGER, "JobRemoved", on_job_removed, NULL, &job);

	if (result < 0)
		return error_set(err, -result, "listen to systemd");
	result = job_make(call, &job, what, unit, err);
	(void)bus->api.slot_unref(slot);
	return result;
}

static int reset_failed(const struct bus *bus, const char *unit)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	struct error ignored;

	if (call_begin(&call, "ResetFailedUnit", unit, &ignored) < 0)
		return -ignored.code;
	return call_make(&call, "reset", unit, &ignored);
}

static int start_once(const struct bus *bus, const char *unit,
		      const struct strv *properties, struct error *err)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	int result;

	if (call_begin(&call, "StartTransientUnit", unit, err) < 0 ||
	    add_text(&call, "fail", err) < 0 ||
	    add_properties(&call, properties, err) < 0)
		return -err->code;
	/* Other units that it would need: none. */
	result = bus->api.open_container(call.message, 'a', "(sa(sv))");
	if (result >= 0)
		result = bus->api.close_container(call.message);
	if (result < 0)
		return not_built(result, err);
	return job_run(&call, "start", unit, err);
}

static int check_inside(const struct bus *bus, struct error *err)
{
	if (!bus->is_outside)
		return 0;
	return error_say(
		err, EOPNOTSUPP,
		"systemd is outside of our PID namespace, and would take the container for another process: use --cgroup-manager=cgroupfs");
}

int systemd_start(struct bus *bus, const char *unit,
		  const struct strv *properties, struct error *err)
{
	int result = check_inside(bus, err);

	if (result == 0)
		result = start_once(bus, unit, properties, err);
	/* What has failed stays, for somebody to see it; not for us. */
	if (result == -EEXIST && reset_failed(bus, unit) == 0)
		result = start_once(bus, unit, properties, err);
	return result;
}

/* KillMode= of the unit, and how long it may take for its end, don't matter
 * then.
 */
static void kill_all(const struct bus *bus, const char *unit)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	const int32_t signal = SIGKILL;
	struct error ignored;

	if (call_begin(&call, "KillUnit", unit, &ignored) == 0 &&
	    add_text(&call, "all", &ignored) == 0 &&
	    bus->api.append_basic(call.message, 'i', &signal) >= 0)
		(void)!call_make(&call, "kill", unit, &ignored);
}

int systemd_stop(struct bus *bus, const char *unit, struct error *err)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	int result;

	kill_all(bus, unit);
	if (call_begin(&call, "StopUnit", unit, err) < 0 ||
	    add_text(&call, "replace", err) < 0)
		return -err->code;
	result = job_run(&call, "stop", unit, err);
	if (result == -ENOENT)
		return 0;
	(void)reset_failed(bus, unit);
	return result;
}

int systemd_set(struct bus *bus, const char *unit,
		const struct strv *properties, struct error *err)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	const int runtime = 1; /* not for good */
	int result;

	if (!properties->count)
		return 0;
	if (call_begin(&call, "SetUnitProperties", unit, err) < 0)
		return -err->code;
	result = bus->api.append_basic(call.message, 'b', &runtime);
	if (result < 0)
		return not_built(result, err);
	if (add_properties(&call, properties, err) < 0)
		return -err->code;
	return call_make(&call, "change", unit, err);
}

int systemd_attach(struct bus *bus, const char *unit, const char *below,
		   pid_t pid, struct error *err)
{
	auto_with(call_clear) struct call call = { .bus = bus };
	const uint32_t number = (uint32_t)pid;
	int result;

	if (check_inside(bus, err) < 0 ||
	    call_begin(&call, "AttachProcessesToUnit", unit, err) < 0 ||
	    add_text(&call, below, err) < 0)
		return -err->code;
	result = bus->api.open_container(call.message, 'a', "u");
	if (result >= 0)
		result = bus->api.append_basic(call.message, 'u', &number);
	if (result >= 0)
		result = bus->api.close_container(call.message);
	if (result < 0)
		return not_built(result, err);
	return call_make(&call, "put a process into", unit, err);
}

static int get_property(struct bus *bus, const char *unit,
			const char *interface, const char *name, char **ret,
			struct error *err)
{
	auto_free char *path = NULL;
	int result = bus->api.path_encode(OBJECT "/unit", unit, &path);

	if (result >= 0)
		result = bus->api.get_property_string(
			bus->connection, DESTINATION, path, interface, name,
			NULL, ret);
	if (result < 0)
		return error_set(err, -result, "ask systemd for %s of %s", name,
				 unit);
	return 0;
}

int systemd_is_called(struct bus *bus, const char *unit,
		      const char *description, struct error *err)
{
	auto_free char *found = NULL;

	if (get_property(bus, unit, DESTINATION ".Unit", "Description", &found,
			 err) < 0)
		return -err->code;
	return found && !strcmp(found, description);
}

int systemd_cgroup(struct bus *bus, const char *unit, char **ret,
		   struct error *err)
{
	return get_property(bus, unit,
			    unit_is_slice(unit) ? DESTINATION ".Slice"
						: DESTINATION ".Scope",
			    "ControlGroup", ret, err);
}
