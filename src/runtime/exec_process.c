// SPDX-License-Identifier: Apache-2.0
#include "runtime/exec_process.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/parse.h"
#include "oci/capability.h"
#include "oci/spec_read_parts.h"

#define PROCESS_MAX (16U << 20)

static void replace(char **text, const char *by)
{
	if (!by)
		return;
	free(*text);
	*text = xstrdup(by);
}

/* What @document, a process object, doesn't speak of is the container's. */
static void inherit(const struct json_node *document,
		    const struct spec_process *from, struct spec *to)
{
	struct spec_process *process = &to->process;

	if (!json_has(document, "capabilities"))
		process->capabilities = from->capabilities;
	if (!json_has(document, "rlimits"))
		for (size_t i = 0; i < from->rlimit_count; i++)
			spec_add_rlimit(to, from->rlimits[i].resource,
					from->rlimits[i].soft,
					from->rlimits[i].hard);
	if (!process->has_oom_score_adj) {
		process->has_oom_score_adj = from->has_oom_score_adj;
		process->oom_score_adj = from->oom_score_adj;
	}
	if (!process->user.has_umask) {
		process->user.has_umask = from->user.has_umask;
		process->user.umask = from->user.umask;
	}
	if (!process->scheduler.is_set)
		process->scheduler = from->scheduler;
	if (!process->io_priority.is_set)
		process->io_priority = from->io_priority;
	if (!json_has(document, "apparmorProfile"))
		replace(&process->apparmor_profile, from->apparmor_profile);
	if (!json_has(document, "selinuxLabel"))
		replace(&process->selinux_label, from->selinux_label);
	if (!json_has(document, "execCPUAffinity")) {
		replace(&process->affinity.initial, from->affinity.initial);
		replace(&process->affinity.final, from->affinity.final);
	}
}

static int read_process(const char *path, struct spec *spec, struct error *err)
{
	auto_with(spec_clear) struct spec read = { 0 };
	auto_json struct json_object *document = NULL;
	auto_free char *text = NULL;
	size_t size;

	if (file_read_text(path, PROCESS_MAX, &text, &size, err) < 0)
		return error_wrap(err, "--process");
	if (json_parse(text, size, &document, err) < 0)
		return error_wrap(err, "--process %s", path);

	struct json_node root = { .value = document };

	if (spec_read_process(&root, &read, err) < 0)
		return error_wrap(err, "--process %s", path);
	inherit(&root, &spec->process, &read);

	struct spec_process old = spec->process;

	spec->process = read.process;
	read.process = old;
	return 0;
}

/* UID[:GID], both numbers: names mean what the container's files say, and those
 * are not read here.
 */
static int set_user(const char *text, struct spec_user *user, struct error *err)
{
	size_t length = strcspn(text, ":");
	auto_free char *uid = xstrndup(text, length);
	uid_t parsed_uid;
	gid_t parsed_gid = user->gid;

	if (parse_id(uid, &parsed_uid) < 0 ||
	    (text[length] && parse_id(text + length + 1, &parsed_gid) < 0))
		return error_say(
			err, EINVAL,
			"--user: '%s' is not UID or UID:GID in numbers", text);
	user->uid = parsed_uid;
	user->gid = parsed_gid;
	return 0;
}

static int add_groups(const struct list *groups, struct spec_user *user,
		      struct error *err)
{
	for (size_t i = 0; i < groups->count; i++) {
		gid_t gid;

		if (parse_id(groups->items[i], &gid) < 0)
			return error_say(
				err, EINVAL,
				"--additional-gids: '%s' is not a number",
				groups->items[i]);
		user->groups =
			xrealloc_array(user->groups, user->group_count + 1,
				       sizeof(*user->groups));
		user->groups[user->group_count++] = gid;
	}
	return 0;
}

/* Never inheritable nor ambient: what a program is given by its file would come
 * on top of it then.
 */
static int add_capabilities(const struct list *names,
			    struct spec_capabilities *caps, struct error *err)
{
	for (size_t i = 0; i < names->count; i++) {
		int number = capability_parse(names->items[i]);

		if (number < 0)
			return error_say(err, EINVAL,
					 "--cap: unknown capability '%s'",
					 names->items[i]);

		uint64_t bit = UINT64_C(1) << number;

		caps->bounding |= bit;
		caps->permitted |= bit;
		caps->effective |= bit;
	}
	return 0;
}

static int add_env(const struct list *env, struct spec *spec, struct error *err)
{
	for (size_t i = 0; i < env->count; i++) {
		const char *equals = strchr(env->items[i], '=');

		if (!equals || equals == env->items[i])
			return error_say(err, EINVAL,
					 "--env: '%s' is not NAME=VALUE",
					 env->items[i]);

		auto_free char *name = xstrndup(
			env->items[i], (size_t)(equals - env->items[i]));

		spec_set_env(spec, name, equals + 1);
	}
	return 0;
}

static int change_process(const struct exec_settings *settings,
			  char *const *args, int arg_count, struct spec *spec,
			  struct error *err)
{
	struct spec_process *process = &spec->process;

	if (arg_count < 1)
		return error_say(
			err, EINVAL,
			"exec: process args cannot be empty: give a command, or --process FILE");
	if (settings->cwd && settings->cwd[0] != '/')
		return error_say(err, EINVAL,
				 "--cwd: '%s' must be an absolute path",
				 settings->cwd);
	if (settings->user && set_user(settings->user, &process->user, err) < 0)
		return -err->code;
	if (add_groups(&settings->groups, &process->user, err) < 0 ||
	    add_capabilities(&settings->caps, &process->capabilities, err) <
		    0 ||
	    add_env(&settings->env, spec, err) < 0)
		return -err->code;
	strv_clear(&process->args);
	for (int i = 0; i < arg_count; i++)
		strv_add(&process->args, xstrdup(args[i]));
	replace(&process->cwd, settings->cwd  ? settings->cwd
			       : process->cwd ? NULL
					      : "/");
	process->terminal = settings->tty;
	process->rows = process->columns = 0;
	process->no_new_privileges |= settings->no_new_privs;
	replace(&process->apparmor_profile, settings->apparmor);
	replace(&process->selinux_label, settings->process_label);
	return 0;
}

int exec_process(const struct exec_settings *settings, char *const *args,
		 int arg_count, struct spec *spec, struct error *err)
{
	if (!settings->process)
		return change_process(settings, args, arg_count, spec, err);
	if (arg_count > 0)
		return error_say(
			err, EINVAL,
			"exec: the process is given twice, by --process and as '%s'",
			args[0]);
	if (read_process(settings->process, spec, err) < 0)
		return -err->code;
	/* conmon says both, where both say the same. */
	spec->process.terminal |= settings->tty;
	return 0;
}
