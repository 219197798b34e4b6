// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Criterion runs each test in a process of its own. */
static char path[64];

int scratch_open(void)
{
	(void)snprintf(path, sizeof(path), "/tmp/holt-unit.XXXXXX");
	cr_assert_not_null(mkdtemp(path));

	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	cr_assert_geq(dir, 0);
	return dir;
}

const char *scratch_path(void)
{
	return path;
}

static int remove_one(const char *name, const struct stat *st, int kind,
		      struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(name);
}

void scratch_remove(void)
{
	if (*path)
		(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool scratch_has(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

void scratch_write(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0644);

	cr_assert_geq(fd, 0, "open %s", name);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}
