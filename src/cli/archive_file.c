// SPDX-License-Identifier: Apache-2.0
#include "cli/archive_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { FILE_MODE = 0666, FIRST_FREE = 3 };

must_check static int use_output(struct archive_file *ret, struct error *err)
{
	if (isatty(STDOUT_FILENO))
		return error_say(
			err, EINVAL,
			"an archive isn't written to a terminal: redirect it, or name a file with --output");
	ret->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FIRST_FREE);
	return ret->fd < 0 ? error_set(err, errno, "standard output") : 0;
}

/* As open(2) would have made it. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return FILE_MODE & ~mask;
}

/* Beside what it is to replace, which may be a link. */
must_check static int make_part(const char *path, const struct stat *there,
				struct archive_file *ret, struct error *err)
{
	auto_free char *real = there ? realpath(path, NULL) : xstrdup(path);
	auto_free char *part =
		real ? xasprintf("%s.XXXXXX", real) : xstrdup(path);
	int fd = real ? mkostemp(part, O_CLOEXEC) : -1;

	if (fd < 0)
		return error_set(err, errno, "write %s", path);
	ret->fd = fd;
	ret->part = steal_ptr(&part);
	ret->path = steal_ptr(&real);
	if (fchmod(fd, there ? there->st_mode & ALLPERMS : usual_mode()) < 0)
		return error_set(err, errno, "set the mode of %s", ret->part);
	return 0;
}

int archive_file_open(const char *path, struct archive_file *ret,
		      struct error *err)
{
	struct stat there;

	if (!path)
		return use_output(ret, err);
	if (stat(path, &there) < 0)
		return errno == ENOENT ? make_part(path, NULL, ret, err)
				       : error_set(err, errno, "open %s", path);
	if (S_ISREG(there.st_mode))
		return access(path, W_OK) < 0
			       ? error_set(err, errno, "write %s", path)
			       : make_part(path, &there, ret, err);
	ret->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return ret->fd < 0 ? error_set(err, errno, "open %s", path) : 0;
}

int archive_file_commit(struct archive_file *file, struct error *err)
{
	if (!file->part)
		return 0;
	if (rename(file->part, file->path) < 0)
		return error_set(err, errno, "write %s", file->path);
	free(file->part);
	file->part = NULL;
	return 0;
}

void archive_file_clear(struct archive_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->part)
		(void)unlink(file->part);
	free(file->part);
	free(file->path);
	*file = ARCHIVE_FILE_NONE;
}
