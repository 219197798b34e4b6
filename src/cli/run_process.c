// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fnmatch.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"
#include "cli/run_settings.h"
#include "container/attend.h"
#include "image/lookup.h"
#include "oci/userdb.h"

/* As podman: larger ones are an attack. */
#define USERDB_MAX (10U << 20)

extern char **environ;

/* A file of the root's, whatever it is made of there. NULL: it has none. */
static int read_root_file(const struct spec *spec, const char *path,
			  char **ret_text, struct error *err)
{
	struct stat st;

	*ret_text = NULL;
	for (size_t i = 0; i < spec->file_count; i++)
		if (!strcmp(spec->files[i].path, path) &&
		    spec->files[i].kind == SPEC_FILE_TEXT) {
			*ret_text = xstrdup(spec->files[i].content);
			return 0;
		}
	if (spec->root.has_layers)
		return lookup_read(&spec->root.layers, path, USERDB_MAX,
				   ret_text, err);
	if (!spec->root.path)
		return 0;

	auto_close int root =
		open(spec->root.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int fd =
		root < 0 ? -errno
			 : path_open_in(root, path,
					O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);

	if (fd == -ENOENT || fd == -ENOTDIR)
		return 0;
	if (fd < 0)
		return error_set(err, -fd, "open %s of the root", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_say(err, EINVAL,
				 "%s of the root is not a regular file", path);
	if (fd_read_text(fd, USERDB_MAX, ret_text, NULL, err) < 0)
		return error_wrap(err, "%s of the root", path);
	return 0;
}

/* Groups that aren't mapped can't be had; those named in the root's files are
 * no demand of the user's.
 */
static void drop_unmapped_groups(const struct spec *spec,
				 struct spec_user *user)
{
	size_t kept = 0;

	for (size_t i = 0; i < user->group_count; i++)
		if (!spec->deny_setgroups &&
		    (!spec->gids.count ||
		     id_map_has(&spec->gids, user->groups[i])))
			user->groups[kept++] = user->groups[i];
	user->group_count = kept;
}

/* Who keeps his id is himself, whatever the image says. */
static char *who(const struct run_settings *settings,
		 const struct run_request *request)
{
	const struct spec_user *user = &request->spec.process.user;
	const char *image = request->image.config.user;

	if (settings->user)
		return xstrdup(settings->user);
	if (request->is_image && image && *image && !user->uid && !user->gid)
		return xstrdup(image);
	return xasprintf("%u:%u", user->uid, user->gid);
}

static int set_user(const struct run_settings *settings,
		    struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	auto_free char *passwd = NULL;
	auto_free char *group = NULL;
	auto_free char *word = who(settings, request);
	auto_free char *home = NULL;

	if (request->is_bundle && !settings->user)
		return 0;
	if (read_root_file(spec, "/etc/passwd", &passwd, err) < 0 ||
	    read_root_file(spec, "/etc/group", &group, err) < 0)
		return -err->code;

	const struct userdb db = { passwd, group };

	free(spec->process.user.groups);
	spec->process.user.groups = NULL;
	spec->process.user.group_count = 0;
	if (userdb_resolve(&db, word, &spec->process.user, err) < 0)
		return error_wrap(err, settings->user ? "--user"
						      : "the image's user");
	drop_unmapped_groups(spec, &spec->process.user);
	home = userdb_home(&db, spec->process.user.uid);
	if (!spec_get_env(spec, "HOME"))
		spec_set_env(spec, "HOME", home ? home : "/");
	return 0;
}

static int set_variable(struct spec *spec, const char *word, struct error *err)
{
	const char *equals = strchr(word, '=');
	auto_free char *name =
		xstrndup(word, equals ? (size_t)(equals - word) : strlen(word));

	if (!*name)
		return error_say(err, EINVAL,
				 "environment variable '%s' has no name", word);
	if (equals) {
		spec_set_env(spec, name, equals + 1);
		return 0;
	}
	/* A bare name takes our own value, and NAME* that of all such. */
	for (char **own = environ; *own; own++) {
		const char *at = strchr(*own, '=');
		auto_free char *own_name =
			at ? xstrndup(*own, (size_t)(at - *own)) : NULL;

		if (at && fnmatch(name, own_name, 0) == 0)
			spec_set_env(spec, own_name, at + 1);
	}
	return 0;
}

/* Lines of NAME=VALUE or NAME; blank ones and those with # in front are not. */
static int read_env_file(struct spec *spec, const char *path, struct error *err)
{
	auto_free char *text = NULL;
	char *rest, *line;

	if (file_read_text(path, 1U << 20, &text, NULL, err) < 0)
		return error_wrap(err, "--env-file");
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		line[strcspn(line, "\r")] = '\0';
		if (*line && *line != '#' && set_variable(spec, line, err) < 0)
			return error_wrap(err, "--env-file %s", path);
	}
	return 0;
}

static int set_env(const struct run_settings *settings,
		   struct run_request *request, struct error *err)
{
	static const char path[] =
		"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	struct spec *spec = &request->spec;

	if (!request->is_bundle) {
		if (!spec_get_env(spec, "PATH"))
			spec_set_env(spec, "PATH", path);
		spec_set_env(spec, "container", "holt");
		if (settings->tty)
			spec_set_env(spec, "TERM", "xterm");
	}
	for (size_t i = 0; i < settings->env_files.count; i++)
		if (read_env_file(spec, settings->env_files.items[i], err) < 0)
			return -err->code;
	for (size_t i = 0; i < settings->env.count; i++)
		if (set_variable(spec, settings->env.items[i], err) < 0)
			return error_wrap(err, "--env");
	return 0;
}

/* --entrypoint: one word, or a JSON array of words. */
static int add_entrypoint(const char *word, struct strv *args,
			  struct error *err)
{
	if (word[0] != '[') {
		if (*word)
			strv_add(args, xstrdup(word));
		return 0;
	}

	struct json_tokener *parser = json_tokener_new();
	struct json_object *array = NULL;

	/* Strict: nothing may follow the array. */
	json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
	array = json_tokener_parse_ex(parser, word, (int)strlen(word) + 1);
	json_tokener_free(parser);

	bool good = json_object_is_type(array, json_type_array);

	for (size_t i = 0; good && i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		good = json_object_is_type(item, json_type_string);
		if (good)
			strv_add(args, xstrdup(json_object_get_string(item)));
	}
	json_object_put(array);
	return good ? 0
		    : error_say(err, EINVAL,
				"--entrypoint: '%s' is not an array of strings",
				word);
}

static void add_words(char *const *words, size_t count, struct strv *args)
{
	for (size_t i = 0; i < count; i++)
		strv_add(args, xstrdup(words[i]));
}

static int set_command(const struct run_settings *settings,
		       struct run_request *request, struct error *err)
{
	struct spec_process *process = &request->spec.process;
	const struct image_config *image = &request->image.config;
	struct strv args = { 0 };

	if (settings->entrypoint &&
	    add_entrypoint(settings->entrypoint, &args, err) < 0) {
		strv_clear(&args);
		return -err->code;
	}
	/* An own entry point is an own command: the image's goes with its. */
	if (!settings->entrypoint)
		add_words(image->entrypoint.items, image->entrypoint.count,
			  &args);
	if (!*settings->command && !settings->entrypoint)
		add_words(image->cmd.items, image->cmd.count, &args);
	for (char *const *word = settings->command; *word; word++)
		strv_add(&args, xstrdup(*word));
	if (!args.count && process->args.count)
		return 0; /* the bundle's */
	if (!args.count && request->is_image)
		return error_say(err, EINVAL,
				 "no command given, and the image names none");
	if (!args.count && settings->rootfs)
		return error_say(
			err, EINVAL,
			"no command given: a directory doesn't say which");
	if (!args.count)
		strv_add(&args, xstrdup("/bin/sh"));
	strv_clear(&process->args);
	process->args = args;
	return 0;
}

int run_set_process(const struct run_settings *settings,
		    struct run_request *request, struct error *err)
{
	struct spec_process *process = &request->spec.process;

	if (set_command(settings, request, err) < 0 ||
	    set_env(settings, request, err) < 0 ||
	    set_user(settings, request, err) < 0)
		return -err->code;
	if (settings->tty)
		process->terminal = true;
	attend_size(process);
	if (settings->workdir) {
		if (settings->workdir[0] != '/')
			return error_say(err, EINVAL,
					 "--workdir: '%s' is not absolute",
					 settings->workdir);
		free(process->cwd);
		process->cwd = xstrdup(settings->workdir);
	}
	/* As PID 1 a command would ignore signals it has no handler for, and
	 * collect orphans it knows nothing of. A bundle says what is PID 1.
	 */
	request->spec.init =
		settings->init == RUN_INIT_YES ||
		(settings->init == RUN_INIT_UNSAID && !request->is_bundle);
	return 0;
}
