// SPDX-License-Identifier: Apache-2.0
#include "container/name.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define NAME_MAX_LENGTH 128

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
	ret->fd = fd;
	ret->path = steal_ptr(&path);
	return 0;
}

void name_release(struct name *name)
{
	if (!name->path)
		return;
	(void)unlink(name->path);
	close(name->fd);
	free(name->path);
	*name = (struct name){ 0 };
}
