// SPDX-License-Identifier: Apache-2.0
#include "container/hooks.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "container/hooks_env.h"
#include "init/hook_run.h"

const char *hooks_point_word(enum spec_hook_point point)
{
	static const char *const words[HOOK_COUNT] = {
		[HOOK_PRESTART] = "prestart",
		[HOOK_CREATE_RUNTIME] = "createRuntime",
		[HOOK_CREATE_CONTAINER] = "createContainer",
		[HOOK_START_CONTAINER] = "startContainer",
		[HOOK_POSTSTART] = "poststart",
		[HOOK_POSTSTOP] = "poststop",
	};

	return words[point];
}

/* The file of an annotation. Return: -1: none; negative errno below that */
static int open_output(const struct spec *spec, const char *annotation,
		       int *ret, struct error *err)
{
	const char *item = strv_find_prefix(&spec->annotations, annotation);
	const char *path = item ? strchr(item, '=') + 1 : "";

	*ret = -1;
	if (!*path)
		return 0;
	*ret = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return *ret < 0 ? error_set(err, errno, "%s", item) : 0;
}

/* Both files. They are -1 where none is asked for; else the caller's. */
static int open_outputs(const struct spec *spec, int *ret_out, int *ret_errors,
			struct error *err)
{
	auto_close int out = -1;

	if (open_output(spec, "run.oci.hooks.stdout=", &out, err) < 0 ||
	    open_output(spec, "run.oci.hooks.stderr=", ret_errors, err) < 0)
		return -err->code;
	*ret_out = steal_fd(&out);
	return 0;
}

static int run_hook(const struct hooks_setting *setting,
		    const struct spec_hook *hook, const char *state,
		    struct hook_words *ret_words, struct error *err)
{
	static char *const no_env[] = { NULL };
	auto_with(strv_clear) struct strv env = { 0 };
	char *alone[] = { hook->path, NULL };
	const char *const parts[] = { state, NULL };
	auto_close int out = -1;
	auto_close int errors = -1;
	auto_close int interrupt = interrupt_open();

	ret_words->length = 0;
	if (open_outputs(setting->spec, &out, &errors, err) < 0)
		return -err->code;
	hooks_env(hook, &env);

	const struct hook_op op = {
		.path = hook->path,
		.fd = -1,
		.argv = hook->args.count ? hook->args.items : alone,
		.env = env.items ? env.items : no_env,
		.cwd = setting->bundle,
		.stdout_fd = out,
		.stderr_fd = errors,
		.timeout_s = hook->timeout_s,
		.interrupt_fd = interrupt,
	};

	return hook_run(&op, parts, ret_words, err);
}

static void tell(void *argument, const char *line)
{
	log_warning("%s: %s", (const char *)argument, line);
}

static int run_one(const struct hooks_setting *setting,
		   enum spec_hook_point point, size_t index, const char *state,
		   struct error *err)
{
	const struct spec_hook *hook =
		&setting->spec->hooks[point].items[index];
	auto_free char *name =
		xasprintf("%s hook #%zu (%s)", hooks_point_word(point), index,
			  hook->path);
	struct hook_words words;

	log_debug("%s", name);
	if (run_hook(setting, hook, state, &words, err) == 0)
		return 0;
	hook_words_tell(&words, tell, name);
	return error_wrap(err, "%s", name);
}

/* The state's "status" while the hooks of a point run (runtime.md). */
static const char *status_at(enum spec_hook_point point)
{
	static const char *const words[HOOK_COUNT] = {
		[HOOK_PRESTART] = "creating",
		[HOOK_CREATE_RUNTIME] = "creating",
		[HOOK_CREATE_CONTAINER] = "creating",
		[HOOK_START_CONTAINER] = "created",
		[HOOK_POSTSTART] = "running",
		[HOOK_POSTSTOP] = "stopped",
	};

	return words[point];
}

static char *state_at(const struct hooks_setting *setting,
		      enum spec_hook_point point, pid_t pid)
{
	const struct state_facts facts = {
		.id = setting->id,
		.status = status_at(point),
		.bundle = setting->bundle,
		.pid = pid,
		.no_pid = point == HOOK_POSTSTOP,
		.annotations = &setting->spec->annotations,
	};

	return state_json(&facts);
}

int hooks_run(const struct hooks_setting *setting, enum spec_hook_point point,
	      pid_t pid, struct error *err)
{
	const struct spec_hooks *hooks = &setting->spec->hooks[point];
	auto_free char *state =
		hooks->count ? state_at(setting, point, pid) : NULL;

	for (size_t i = 0; i < hooks->count; i++)
		if (run_one(setting, point, i, state, err) < 0)
			return -err->code;
	return 0;
}

int hooks_run_creating(const struct hooks_setting *setting, pid_t pid,
		       struct error *err)
{
	if (hooks_run(setting, HOOK_PRESTART, pid, err) < 0)
		return -err->code;
	return hooks_run(setting, HOOK_CREATE_RUNTIME, pid, err);
}

void hooks_run_poststop(const struct hooks_setting *setting)
{
	const struct spec_hooks *hooks = &setting->spec->hooks[HOOK_POSTSTOP];
	auto_free char *state =
		hooks->count ? state_at(setting, HOOK_POSTSTOP, 0) : NULL;
	struct error err;

	for (size_t i = 0; i < hooks->count; i++)
		if (run_one(setting, HOOK_POSTSTOP, i, state, &err) < 0)
			log_failure(&err);
}

/* Text that lives as long as the plan. */
static char *const *keep(struct plan *plan, struct strv *list)
{
	static char *const nothing[] = { NULL };
	char *const *items = list->items ? list->items : nothing;

	plan->lists = xrealloc_array(plan->lists, plan->list_count + 1,
				     sizeof(*plan->lists));
	plan->lists[plan->list_count++] = *list;
	*list = (struct strv){ 0 };
	return items;
}

/* The state, parted where the number of the process belongs. What stands before
 * that is ours: an id has no quotes.
 */
static void part_state(char *state, struct hook_list *list)
{
	static const char number[] = "\"pid\":0";
	char *at = strstr(state, number);

	list->state_head = xasprintf("%.*s\"pid\":", (int)(at - state), state);
	list->state_tail = xstrdup(at + strlen(number));
}

/* A program of the container's is given what the command is: what is in our own
 * environment is the host's business.
 */
static void fill_env(const struct spec *spec, const struct spec_hook *hook,
		     enum spec_hook_point point, struct strv *ret)
{
	if (hook->has_env || point != HOOK_START_CONTAINER) {
		hooks_env(hook, ret);
		return;
	}
	for (size_t i = 0; i < spec->process.env.count; i++)
		strv_add(ret, xstrdup(spec->process.env.items[i]));
}

static int plan_one(const struct spec *spec, const struct spec_hook *hook,
		    enum spec_hook_point point, struct plan *plan,
		    struct hook_op *ret, struct error *err)
{
	auto_with(strv_clear) struct strv env = { 0 };
	auto_with(strv_clear) struct strv args = { 0 };

	if (point == HOOK_CREATE_CONTAINER) {
		ret->fd = open(hook->path, O_PATH | O_CLOEXEC);
		if (ret->fd < 0)
			return error_set(err, errno, "can't be executed");
	} else {
		ret->cwd = "/";
	}
	fill_env(spec, hook, point, &env);
	if (hook->args.count)
		ret->argv = hook->args.items;
	else
		strv_add(&args, xstrdup(hook->path));
	if (!ret->argv)
		ret->argv = keep(plan, &args);
	ret->env = keep(plan, &env);
	return 0;
}

static int plan_list(const struct hooks_setting *setting,
		     enum spec_hook_point point, struct plan *plan,
		     struct hook_list *ret, struct error *err)
{
	const struct spec_hooks *hooks = &setting->spec->hooks[point];
	auto_free char *state = NULL;

	if (!hooks->count)
		return 0;
	state = state_at(setting, point, 0);
	part_state(state, ret);
	ret->items = xcalloc(hooks->count, sizeof(*ret->items));
	ret->stdout_fd = ret->stderr_fd = -1;
	if (open_outputs(setting->spec, &ret->stdout_fd, &ret->stderr_fd, err) <
	    0)
		return -err->code;
	for (size_t i = 0; i < hooks->count; i++) {
		struct hook_op *op = &ret->items[i];

		*op = (struct hook_op){
			.path = hooks->items[i].path,
			.fd = -1,
			.stdout_fd = ret->stdout_fd,
			.stderr_fd = ret->stderr_fd,
			.timeout_s = hooks->items[i].timeout_s,
			.interrupt_fd = -1,
		};
		ret->count++;
		if (plan_one(setting->spec, &hooks->items[i], point, plan, op,
			     err) < 0)
			return error_wrap(err, "%s hook #%zu (%s)",
					  hooks_point_word(point), i, op->path);
	}
	return 0;
}

int hooks_plan(const struct hooks_setting *setting, struct plan *plan,
	       struct error *err)
{
	const struct spec_hooks *hooks = setting->spec->hooks;

	plan->runtime_hooks =
		hooks[HOOK_PRESTART].count || hooks[HOOK_CREATE_RUNTIME].count;
	if (plan_list(setting, HOOK_CREATE_CONTAINER, plan, &plan->create_hooks,
		      err) < 0)
		return -err->code;
	return plan_list(setting, HOOK_START_CONTAINER, plan,
			 &plan->start_hooks, err);
}
