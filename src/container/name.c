// SPDX-License-Identifier: Apache-2.0
#include "container/name.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "container/launch.h"
#include "container/name_socket.h"

#define NAME_MAX_LENGTH 128

enum { NOTE_MAX = 512, NEW_S = 60 };

static bool is_ours(const char *path, bool private)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && (!private || !(st.st_mode & 077));
}

static int make_private(const char *path, struct error *err)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s", path);
	if (!is_ours(path, true))
		return error_say(
			err, EPERM,
			"%s is there, but it is not a private directory of yours (owner uid %u, mode 0700): remove it",
			path, geteuid());
	return 0;
}

int runtime_directory(char **ret_path, struct error *err)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	auto_free char *path = NULL;

	/* Left over from su(1) or sudo(8) it is somebody else's. */
	if (base && *base == '/' && is_ours(base, false))
		path = xasprintf("%s/holt", base);
	else if (geteuid() == 0 && access("/run", W_OK) == 0)
		path = xstrdup("/run/holt");
	else
		path = xasprintf("/tmp/holt-%u", geteuid());
	if (make_private(path, err) < 0)
		return -err->code;
	*ret_path = steal_ptr(&path);
	return 0;
}

static bool is_name(const char *word)
{
	if (!isalnum((unsigned char)word[0]) || strlen(word) > NAME_MAX_LENGTH)
		return false;
	for (const char *c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			return false;
	return true;
}

/* Lock the file at @path, which its last holder may be removing just now.
 * Return: descriptor, negative errno (EWOULDBLOCK: held)
 */
static int lock_file(const char *path)
{
	for (;;) {
		auto_close int fd = open(
			path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		struct stat held, there;

		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
			return -errno;
		if (fstat(fd, &held) == 0 && stat(path, &there) == 0 &&
		    held.st_ino == there.st_ino)
			return steal_fd(&fd);
	}
}

/* What a holder that was killed has left in a file that is ours now. */
static void forget_last(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !st.st_size)
		return;
	name_socket_remove(path, fd);
	(void)!ftruncate(fd, 0);
}

int name_claim(const char *word, struct name *ret, struct error *err)
{
	auto_free char *base = NULL;
	auto_free char *directory = NULL;
	auto_free char *path = NULL;
	int fd;

	if (!is_name(word))
		return error_say(
			err, EINVAL,
			"'%s' is not a name: letters, digits, _ . and -, a letter or digit first, at most %d",
			word, NAME_MAX_LENGTH);
	if (runtime_directory(&base, err) < 0)
		return -err->code;
	directory = xasprintf("%s/names", base);
	if (make_private(directory, err) < 0)
		return -err->code;
	path = xasprintf("%s/%s", directory, word);
	fd = lock_file(path);
	if (fd == -EWOULDBLOCK)
		return error_say(
			err, EEXIST,
			"the name \"%s\" is already in use by a running container",
			word);
	if (fd < 0)
		return error_set(err, -fd, "lock %s", path);
	forget_last(path, fd);
	ret->fd = fd;
	ret->path = steal_ptr(&path);
	return 0;
}

/* Remove a name's files, before they are unlocked. */
static void remove_files(const char *path, int fd)
{
	name_socket_remove(path, fd);
	(void)unlink(path);
}

/* Remove the files of a holder that was killed. One that is empty may be new,
 * and not locked yet.
 */
static void sweep_file(const char *path)
{
	auto_close int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	struct stat held, there;

	if (fd < 0 || fstat(fd, &held) < 0 ||
	    (!held.st_size && time(NULL) - held.st_mtime < NEW_S) ||
	    flock(fd, LOCK_EX | LOCK_NB) < 0)
		return;
	if (stat(path, &there) == 0 && held.st_ino == there.st_ino)
		remove_files(path, fd);
}

static void sweep(const char *directory)
{
	auto_closedir DIR *stream = opendir(directory);
	struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		auto_free char *path =
			xasprintf("%s/%s", directory, entry->d_name);

		if (is_name(entry->d_name))
			sweep_file(path);
	}
}

void name_release(struct name *name)
{
	if (!name->path)
		return;
	remove_files(name->path, name->fd);
	close(name->fd);
	*strrchr(name->path, '/') = '\0';
	sweep(name->path);
	free(name->path);
	*name = (struct name){ 0 };
}

void name_owner_clear(struct name_owner *owner)
{
	free(owner->id);
	free(owner->path);
	cleanup_close(&owner->file);
	process_close(&owner->init);
	cleanup_close(&owner->userns);
	cleanup_close(&owner->netns);
	cleanup_close(&owner->files_userns);
	cleanup_close(&owner->mntns);
	*owner = NAME_OWNER_NONE;
}

int name_note(const struct name *name, const char *id,
	      const struct running *running, struct error *err)
{
	const struct network *network = &running->network;
	auto_free char *text = NULL;
	uint64_t start_time;

	if (process_start_time(running->init.pid, &start_time) < 0)
		return 0; /* it has ended already */
	text = xasprintf(
		"%s %d %" PRIu64 " %d %d %d %d %d %d", id, running->init.pid,
		start_time, getpid(), network->netns < 0 ? 0 : network->userns,
		network->netns < 0 ? 0 : network->netns, network->has_rules,
		running->userns < 0 ? 0 : running->userns,
		running->mntns < 0 ? 0 : running->mntns);
	if (pwrite(name->fd, text, strlen(text), 0) < 0)
		return error_set(err, errno, "write %s", name->path);
	return 0;
}

/* A namespace that the process @pid holds open. Return: descriptor, -1 */
static int open_held(uint64_t pid, uint64_t fd, unsigned long type)
{
	char path[64];
	int held;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, (int)fd);
	held = fd ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (held >= 0 && ioctl(held, NS_GET_NSTYPE) != (int)type) {
		close(held);
		return -1;
	}
	return held;
}

/* Take a note apart. Return: 0, negative errno */
static int read_note(char *text, struct name_owner *ret, struct error *err)
{
	enum {
		INIT,
		START_TIME,
		HOLDER,
		USERNS,
		NETNS,
		RULES,
		FILES_USERNS,
		MNTNS,
		COUNT
	};
	const char *id = strsep(&text, " ");
	uint64_t numbers[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		const char *word = strsep(&text, " ");

		/* A holt before this one wrote fewer. */
		if (!word && i > RULES) {
			numbers[i] = 0;
			continue;
		}
		if (!word ||
		    parse_number(word, i == START_TIME ? UINT64_MAX : INT_MAX,
				 &numbers[i]) < 0)
			return -EINVAL;
	}
	ret->id = xstrdup(id);
	ret->userns =
		open_held(numbers[HOLDER], numbers[USERNS], CLONE_NEWUSER);
	ret->netns = open_held(numbers[HOLDER], numbers[NETNS], CLONE_NEWNET);
	ret->has_rules = numbers[RULES];
	ret->files_userns = open_held(numbers[HOLDER], numbers[FILES_USERNS],
				      CLONE_NEWUSER);
	ret->mntns = open_held(numbers[HOLDER], numbers[MNTNS], CLONE_NEWNS);
	return process_open((pid_t)numbers[INIT], numbers[START_TIME],
			    &ret->init, err);
}

/* Return: 0, -ENOENT: nobody has that name now */
static int read_owner(const char *directory, const char *word,
		      struct name_owner *ret)
{
	auto_free char *path = xasprintf("%s/%s", directory, word);
	auto_close int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free char *text = NULL;
	struct error ignored;

	/* A lock that can be had has no holder. */
	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 ||
	    fd_read_text(fd, NOTE_MAX, &text, NULL, &ignored) < 0 ||
	    read_note(text, ret, &ignored) < 0 || ret->init.pidfd < 0) {
		name_owner_clear(ret);
		return -ENOENT;
	}
	ret->path = steal_ptr(&path);
	ret->file = steal_fd(&fd);
	return 0;
}

/* By what their notes say. Return: how many there are; @ret: the last one */
static size_t search_ids(const char *directory, const char *word,
			 struct name_owner *ret)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	size_t count = 0;

	while (stream && (entry = readdir(stream))) {
		struct name_owner owner = NAME_OWNER_NONE;

		if (!is_name(entry->d_name) ||
		    read_owner(directory, entry->d_name, &owner) < 0)
			continue;
		if (strncmp(owner.id, word, strlen(word)) != 0) {
			name_owner_clear(&owner);
			continue;
		}
		name_owner_clear(ret);
		*ret = owner;
		count++;
	}
	if (stream)
		closedir(stream);
	return count;
}

int name_find(const char *word, struct name_owner *ret, struct error *err)
{
	auto_free char *base = NULL;
	auto_free char *directory = NULL;
	size_t count = 0;

	if (runtime_directory(&base, err) < 0)
		return -err->code;
	directory = xasprintf("%s/names", base);
	if (is_name(word) && read_owner(directory, word, ret) == 0)
		return 0;
	if (is_name(word))
		count = search_ids(directory, word, ret);
	if (count == 1)
		return 0;
	name_owner_clear(ret);
	return count ? error_say(err, EEXIST,
				 "more than one container's id begins with %s",
				 word)
		     : error_say(err, ENOENT, "no such container: %s", word);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void name_list(struct strv *ret)
{
	auto_free char *base = NULL;
	auto_free char *directory = NULL;
	auto_closedir DIR *stream = NULL;
	struct dirent *entry;
	struct error ignored;

	if (runtime_directory(&base, &ignored) < 0)
		return;
	directory = xasprintf("%s/names", base);
	stream = opendir(directory);
	while (stream && (entry = readdir(stream))) {
		auto_with(name_owner_clear) struct name_owner owner =
			NAME_OWNER_NONE;

		if (is_name(entry->d_name) &&
		    read_owner(directory, entry->d_name, &owner) == 0)
			strv_add(ret, xstrdup(entry->d_name));
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare);
}
