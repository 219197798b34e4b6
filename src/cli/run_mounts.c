// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/path.h"
#include "cli/run_settings.h"

/* Options of -v and --mount that concern nothing we have: SELinux labels
 * without SELinux, copying into named volumes.
 */
static bool is_accepted_and_idle(const char *word)
{
	static const char *const words[] = { "z", "Z", "copy", "nocopy" };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static bool is_propagation(const char *word)
{
	static const char *const words[] = {
		"private", "rprivate", "shared",     "rshared",
		"slave",   "rslave",   "unbindable", "runbindable",
	};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

/* One option of a bind as the spec's options. "ro" means the whole tree: a
 * submount that can still be written isn't what anybody asked for.
 */
static int add_bind_option(struct strv *options, const char *word,
			   bool *propagation, struct error *err)
{
	static const char *const plain[] = { "rw",     "suid",  "nosuid",
					     "dev",    "nodev", "exec",
					     "noexec", "rro",   "rrw" };

	if (!strcmp(word, "ro") || !strcmp(word, "readonly")) {
		strv_add(options, xstrdup("ro"));
		strv_add(options, xstrdup("rro"));
		return 0;
	}
	if (is_propagation(word)) {
		strv_add(options, xstrdup(word));
		*propagation = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
		if (!strcmp(word, plain[i])) {
			strv_add(options, xstrdup(word));
			return 0;
		}
	if (is_accepted_and_idle(word) || !strcmp(word, "rbind") || !*word)
		return 0;
	if (!strcmp(word, "U") || !strcmp(word, "O") ||
	    !strncmp(word, "idmap", 5))
		return error_say(err, EOPNOTSUPP,
				 "option '%s' is not supported", word);
	return error_say(err, EINVAL, "unknown option '%s'", word);
}

static int check_target(const char *target, struct error *err)
{
	if (path_is_absolute_clean(target))
		return 0;
	return error_say(err, EINVAL,
			 "the target '%s' has to be absolute and without '..'",
			 target);
}

/* A bind of a path of the host's, checked before anything is made. */
static struct spec_mount *add_bind(struct spec *spec, const char *source,
				   const char *target, struct error *err)
{
	auto_free char *real = NULL;

	if (source[0] != '/' && source[0] != '.') {
		(void)error_say(
			err, EINVAL,
			"'%s' is no path (it has to begin with / or .), and named volumes are not supported",
			source);
		return NULL;
	}
	if (check_target(target, err) < 0)
		return NULL;
	real = realpath(source, NULL);
	if (!real) {
		(void)run_path_error(err, errno, "source", source);
		return NULL;
	}
	return spec_add_mount(spec, "bind", real, target, "rbind");
}

/* -v SOURCE:TARGET[:OPTION,...] */
static int add_volume(struct spec *spec, const char *word, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy;
	const char *source = strsep(&rest, ":");
	const char *target = strsep(&rest, ":");
	bool propagation = false;
	struct spec_mount *mount;
	char *option;

	if (!target)
		return error_say(
			err, EOPNOTSUPP,
			"anonymous volumes are not supported: give SOURCE:TARGET");
	mount = add_bind(spec, source, target, err);
	if (!mount)
		return -err->code;
	while ((option = strsep(&rest, ",")))
		if (add_bind_option(&mount->options, option, &propagation,
				    err) < 0)
			return -err->code;
	if (!propagation)
		strv_add(&mount->options, xstrdup("rprivate"));
	return 0;
}

/* --mount KEY=VALUE,..., taken apart. */
struct mount_words {
	const char *type, *source, *target;
	struct strv options;
	bool propagation;
};

static void mount_words_clear(struct mount_words *words)
{
	strv_clear(&words->options);
}

static int take_type(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	words->type = value;
	return 0;
}

static int take_source(struct mount_words *words, const char *value,
		       struct error *err)
{
	(void)err;
	words->source = value;
	return 0;
}

static int take_target(struct mount_words *words, const char *value,
		       struct error *err)
{
	(void)err;
	words->target = value;
	return 0;
}

static int take_size(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	strv_addf(&words->options, "size=%s", value);
	return 0;
}

static int take_mode(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	strv_addf(&words->options, "mode=%s", value);
	return 0;
}

static int take_propagation(struct mount_words *words, const char *value,
			    struct error *err)
{
	return add_bind_option(&words->options, value, &words->propagation,
			       err);
}

static int take_readonly(struct mount_words *words, const char *value,
			 struct error *err)
{
	bool yes = true;

	if (*value && parse_bool(value, &yes) < 0)
		return error_say(err, EINVAL, "'%s': give true or false",
				 value);
	if (yes)
		strv_add(&words->options, xstrdup("ro"));
	return 0;
}

/* A tmpfs starts empty here anyway. */
static int take_nothing(struct mount_words *words, const char *value,
			struct error *err)
{
	(void)words;
	(void)value;
	(void)err;
	return 0;
}

static const struct {
	const char *key;
	bool alone; /* may stand without a value */
	int (*take)(struct mount_words *words, const char *value,
		    struct error *err);
} mount_keys[] = {
	{ "bind-propagation", false, take_propagation },
	{ "destination", false, take_target },
	{ "dst", false, take_target },
	{ "notmpcopyup", true, take_nothing },
	{ "readonly", true, take_readonly },
	{ "ro", true, take_readonly },
	{ "source", false, take_source },
	{ "src", false, take_source },
	{ "target", false, take_target },
	{ "tmpfs-mode", false, take_mode },
	{ "tmpfs-size", false, take_size },
	{ "type", false, take_type },
};

/* @word is cut at its equals sign. */
static int read_mount_word(struct mount_words *words, char *word,
			   struct error *err)
{
	char *equals = strchr(word, '=');

	if (equals)
		*equals = '\0';
	for (size_t i = 0; i < ARRAY_COUNT(mount_keys); i++) {
		if (strcmp(mount_keys[i].key, word) != 0)
			continue;
		if (!equals && !mount_keys[i].alone)
			return error_say(err, EINVAL, "'%s' needs a value",
					 word);
		return mount_keys[i].take(words, equals ? equals + 1 : "", err);
	}
	if (equals)
		return error_say(err, EINVAL, "unknown option '%s'", word);
	return add_bind_option(&words->options, word, &words->propagation, err);
}

static struct spec_mount *add_tmpfs_words(struct spec *spec,
					  const struct mount_words *words,
					  struct error *err)
{
	struct spec_mount *mount = spec_add_mount(
		spec, "tmpfs", "tmpfs", words->target, "nosuid,nodev");

	(void)err;
	if (!strv_find_prefix(&words->options, "mode="))
		strv_add(&mount->options, xstrdup("mode=1777"));
	return mount;
}

static struct spec_mount *add_devpts_words(struct spec *spec,
					   const struct mount_words *words,
					   struct error *err)
{
	(void)err;
	return spec_add_mount(
		spec, "devpts", "devpts", words->target,
		"nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5");
}

static struct spec_mount *add_bind_words(struct spec *spec,
					 const struct mount_words *words,
					 struct error *err)
{
	struct spec_mount *mount;

	if (!words->source) {
		(void)error_say(err, EINVAL, "no source given");
		return NULL;
	}
	mount = add_bind(spec, words->source, words->target, err);
	if (mount && !words->propagation)
		strv_add(&mount->options, xstrdup("rprivate"));
	if (mount && strv_find_prefix(&words->options, "ro"))
		strv_add(&mount->options, xstrdup("rro"));
	return mount;
}

static const struct {
	const char *type;
	struct spec_mount *(*add)(struct spec *spec,
				  const struct mount_words *words,
				  struct error *err);
} mount_types[] = {
	{ "bind", add_bind_words },
	{ "devpts", add_devpts_words },
	{ "tmpfs", add_tmpfs_words },
};

static int add_mount_words(struct spec *spec, const struct mount_words *words,
			   struct error *err)
{
	const char *type = words->type ? words->type : "volume";
	struct spec_mount *mount = NULL;

	if (!words->target)
		return error_say(err, EINVAL, "no target given");
	if (check_target(words->target, err) < 0)
		return -err->code;
	(void)error_say(
		err, EOPNOTSUPP,
		"type '%s' is not supported: bind, tmpfs and devpts are", type);
	for (size_t i = 0; i < ARRAY_COUNT(mount_types); i++)
		if (!strcmp(mount_types[i].type, type))
			mount = mount_types[i].add(spec, words, err);
	if (!mount)
		return -err->code;
	*err = (struct error){ 0 };
	for (size_t i = 0; i < words->options.count; i++)
		strv_add(&mount->options, xstrdup(words->options.items[i]));
	return 0;
}

static int add_mount(struct spec *spec, const char *text, struct error *err)
{
	auto_with(mount_words_clear) struct mount_words words = { 0 };
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;

	while ((word = strsep(&rest, ",")))
		if (*word && read_mount_word(&words, word, err) < 0)
			return -err->code;
	return add_mount_words(spec, &words, err);
}

/* --tmpfs TARGET[:OPTION,...], with podman's defaults */
static int add_tmpfs(struct spec *spec, const char *word, struct error *err)
{
	size_t length = strcspn(word, ":");
	auto_free char *target = xstrndup(word, length);
	struct spec_mount *mount;
	char *rest, *option;

	if (check_target(target, err) < 0)
		return -err->code;
	mount = spec_add_mount(spec, "tmpfs", "tmpfs", target,
			       "nosuid,nodev,noexec,mode=1777");
	if (!word[length])
		return 0;

	auto_free char *options = xstrdup(word + length + 1);

	rest = options;
	while ((option = strsep(&rest, ",")))
		if (*option)
			strv_add(&mount->options, xstrdup(option));
	return 0;
}

/* --device HOST[:CONTAINER[:rwm]] */
static int add_device(struct spec *spec, const char *word, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy;
	const char *source = strsep(&rest, ":");
	const char *target = strsep(&rest, ":");
	struct spec_device *device;
	struct stat st;

	if (target && target[0] != '/') {
		rest = NULL; /* HOST:rwm: what may be done, decided by the node
			      */
		target = NULL;
	}
	if (source[0] != '/')
		return error_say(err, EINVAL, "'%s' is not an absolute path",
				 source);
	if (stat(source, &st) < 0)
		return error_set(err, errno, "%s", source);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return error_say(err, EINVAL, "%s is not a device node",
				 source);
	device = spec_add_device(spec, target ? target : source);
	device->type = S_ISBLK(st.st_mode) ? 'b' : 'c';
	device->major = major(st.st_rdev);
	device->minor = minor(st.st_rdev);
	device->mode = st.st_mode & 0777;
	device->source = xstrdup(source);
	return 0;
}

static int for_each(const struct list *list, const char *option,
		    int (*add)(struct spec *, const char *, struct error *),
		    struct spec *spec, struct error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (add(spec, list->items[i], err) < 0)
			return error_wrap(err, "--%s %s", option,
					  list->items[i]);
	return 0;
}

static bool is_covered(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->mount_count; i++)
		if (!strcmp(spec->mounts[i].destination, path))
			return true;
	return false;
}

/* --privileged: the nodes of the host's that the user may open anyway. */
static void add_all_devices(struct spec *spec, const char *directory, int depth)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		auto_free char *path =
			xasprintf("%s/%s", directory, entry->d_name);
		struct error ignored;

		if (entry->d_name[0] == '.' || lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0 &&
		    strcmp(entry->d_name, "pts") != 0 &&
		    strcmp(entry->d_name, "shm") != 0)
			add_all_devices(spec, path, depth - 1);
		if ((S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) &&
		    strcmp(entry->d_name, "console") != 0 &&
		    strncmp(entry->d_name, "tty", 3) != 0 &&
		    strcmp(entry->d_name, "ptmx") != 0 &&
		    access(path, R_OK | W_OK) == 0 && !is_covered(spec, path))
			(void)!add_device(spec, path, &ignored);
	}
}

/* /dev/shm: our own, or with --ipc=host that of the host. */
static int set_shm(const struct run_settings *settings, struct spec *spec,
		   struct error *err)
{
	bool own = spec->namespaces[NS_IPC].wanted;
	uint64_t size = settings->shm_size ? settings->shm_size : 64U << 20;
	auto_free char *options =
		xasprintf("nosuid,noexec,nodev,mode=1777,size=%llu",
			  (unsigned long long)size);

	if (!own && settings->shm_size)
		return error_say(
			err, EINVAL,
			"--shm-size and --ipc=host contradict each other");
	if (is_covered(spec, "/dev/shm"))
		return 0;
	if (own) {
		(void)spec_add_mount(spec, "tmpfs", "shm", "/dev/shm", options);
		return 0;
	}
	(void)spec_add_mount(spec, "bind", "/dev/shm", "/dev/shm",
			     "rbind,nosuid,noexec,nodev,rprivate");
	for (size_t i = 0; i < spec->mount_count; i++) {
		struct spec_mount *mount = &spec->mounts[i];

		if (mount->type && !strcmp(mount->type, "mqueue"))
			mount->optional = true; /* it isn't ours to mount */
	}
	return 0;
}

/* --read-only: what programs can't do without stays writable, in memory. */
static void set_readonly(struct spec *spec)
{
	static const char *const writable[] = { "/run", "/tmp", "/var/tmp" };

	spec->root.readonly = true;
	for (size_t i = 0; i < ARRAY_COUNT(writable); i++)
		if (!is_covered(spec, writable[i]))
			(void)spec_add_mount(spec, "tmpfs", "tmpfs",
					     writable[i],
					     "nosuid,nodev,mode=1777");
}

int run_set_mounts(const struct run_settings *settings,
		   struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;

	if (for_each(&settings->mounts, "mount", add_mount, spec, err) < 0 ||
	    for_each(&settings->tmpfs, "tmpfs", add_tmpfs, spec, err) < 0 ||
	    for_each(&settings->volumes, "volume", add_volume, spec, err) < 0 ||
	    for_each(&settings->devices, "device", add_device, spec, err) < 0)
		return -err->code;
	if (!request->is_bundle && set_shm(settings, spec, err) < 0)
		return -err->code;
	if (settings->privileged)
		add_all_devices(spec, "/dev", 2);
	if (settings->read_only)
		set_readonly(spec);
	return 0;
}
