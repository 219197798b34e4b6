// SPDX-License-Identifier: Apache-2.0
#include "init/copy_up.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { DEPTH_MAX = 40, ENTRIES_SIZE = 2048 };

/* As getdents64(2) fills it in. */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

static int copy_directory(int from, int to, int depth, struct error *err);

/* Owners that the container doesn't map stay who made the copy. */
static int copy_attributes(const struct stat *st, int to, const char *name,
			   struct error *err)
{
	const struct timespec times[] = { st->st_atim, st->st_mtim };
	int flags = AT_SYMLINK_NOFOLLOW | (*name ? 0 : AT_EMPTY_PATH);

	if (fchownat(to, name, st->st_uid, st->st_gid, flags) < 0 &&
	    errno != EINVAL && errno != EPERM)
		return error_set(err, errno, "set the owner of %s", name);
	if (*name && !S_ISLNK(st->st_mode) &&
	    fchmodat(to, name, st->st_mode & 07777, 0) < 0)
		return error_set(err, errno, "set the mode of %s", name);
	if (*name && utimensat(to, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "set the times of %s", name);
	return 0;
}

static int copy_file(int from, int to, const char *name, struct error *err)
{
	auto_close int in =
		openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_close int out = openat(
		to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0600);
	ssize_t n;

	if (in < 0 || out < 0)
		return error_set(err, errno, "copy %s", name);
	do {
		n = sendfile(out, in, NULL, 0x7ffff000);
	} while (n > 0);
	return n < 0 ? error_set(err, errno, "copy %s", name) : 0;
}

static int copy_link(int from, int to, const char *name, struct error *err)
{
	char target[PATH_MAX];
	ssize_t size = readlinkat(from, name, target, sizeof(target) - 1);

	if (size < 0)
		return error_set(err, errno, "read the link %s", name);
	target[size] = '\0';
	if (symlinkat(target, to, name) < 0)
		return error_set(err, errno, "make the link %s", name);
	return 0;
}

static int copy_subdirectory(int from, int to, const char *name, int depth,
			     struct error *err)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	auto_close int in = openat(from, name, flags);

	if (in < 0 || mkdirat(to, name, 0700) < 0)
		return error_set(err, errno, "copy the directory %s", name);

	auto_close int out = openat(to, name, flags);

	if (out < 0)
		return error_set(err, errno, "copy the directory %s", name);
	return copy_directory(in, out, depth + 1, err);
}

static int copy_entry(int from, int to, const char *name, int depth,
		      struct error *err)
{
	struct stat st;
	int result;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "stat %s", name);
	if (S_ISDIR(st.st_mode))
		result = copy_subdirectory(from, to, name, depth, err);
	else if (S_ISREG(st.st_mode))
		result = copy_file(from, to, name, err);
	else if (S_ISLNK(st.st_mode))
		result = copy_link(from, to, name, err);
	else if (S_ISFIFO(st.st_mode))
		result = mkfifoat(to, name, 0600) < 0
				 ? error_set(err, errno, "make %s", name)
				 : 0;
	else
		return 0;
	return result < 0 ? result : copy_attributes(&st, to, name, err);
}

static int copy_directory(int from, int to, int depth, struct error *err)
{
	_Alignas(struct entry) char bytes[ENTRIES_SIZE];
	long size;

	if (depth > DEPTH_MAX)
		return error_say(err, ELOOP,
				 "more than %d directories in one another",
				 DEPTH_MAX);
	while ((size = syscall(SYS_getdents64, from, bytes, sizeof(bytes))) > 0)
		for (long at = 0; at < size;) {
			const struct entry *entry = (void *)(bytes + at);

			at += entry->size;
			if (strcmp(entry->name, ".") != 0 &&
			    strcmp(entry->name, "..") != 0 &&
			    copy_entry(from, to, entry->name, depth, err) < 0)
				return -err->code;
		}
	return size < 0 ? error_set(err, errno, "list a directory") : 0;
}

int copy_up(int from, int to, struct error *err)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return error_set(err, errno, "stat the directory");
	if (fchmod(to, st.st_mode & 07777) < 0)
		return error_set(err, errno, "set the mode");
	if (copy_directory(from, to, 0, err) < 0)
		return -err->code;
	return copy_attributes(&st, to, "", err);
}
