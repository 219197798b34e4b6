// SPDX-License-Identifier: Apache-2.0
#include "idmap/kept.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
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

enum { NUMBER_ROOM = 16, MAP_MAX = 65536 };

static int open_file(const char *directory, int flags)
{
	auto_free char *path = xasprintf("%s/userns", directory);
	int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

/* Return: /proc/PID of the keeper, -EAGAIN */
static int open_keeper(int file)
{
	char number[NUMBER_ROOM] = "", path[32];
	uint64_t pid;
	int fd;

	if (pread(file, number, sizeof(number) - 1, 0) <= 0 ||
	    parse_number(number, INT_MAX, &pid) < 0)
		return -EAGAIN;
	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -EAGAIN : fd;
}

/* Return: 0, -ERANGE, -EAGAIN */
static int check_map(int keeper, const char *name, const struct id_map *wanted)
{
	auto_with(id_map_clear) struct id_map map = { 0 };
	auto_close int fd = openat(keeper, name, O_RDONLY | O_CLOEXEC);
	auto_free char *text = NULL;
	struct error ignored;

	if (fd < 0 || fd_read_text(fd, MAP_MAX, &text, NULL, &ignored) < 0)
		return -EAGAIN;
	id_map_parse(text, &map);
	return id_map_is_same_for(&map, wanted) ? 0 : -ERANGE;
}

/* Another process may have got the number: is this a namespace that we own, and
 * not just the one we are in? Its owner is told as we see ids.
 */
static bool is_ours(int userns)
{
	struct stat own, theirs;
	uid_t owner;

	return ioctl(userns, NS_GET_OWNER_UID, &owner) == 0 &&
	       owner == geteuid() && stat("/proc/self/ns/user", &own) == 0 &&
	       fstat(userns, &theirs) == 0 && own.st_ino != theirs.st_ino;
}

int kept_userns_open(const char *directory, const struct id_map *uids,
		     const struct id_map *gids)
{
	auto_close int file = open_file(directory, O_RDONLY);
	int result;

	if (file < 0)
		return file;
	if (flock(file, LOCK_SH | LOCK_NB) == 0)
		return -ENOENT;

	auto_close int keeper = open_keeper(file);

	if (keeper < 0)
		return keeper;

	auto_close int userns = openat(keeper, "ns/user", O_RDONLY | O_CLOEXEC);

	if (userns < 0 || !is_ours(userns))
		return -EAGAIN;
	result = check_map(keeper, "uid_map", uids);
	if (result == 0)
		result = check_map(keeper, "gid_map", gids);
	if (result < 0)
		return result;
	(void)futimens(file, NULL);
	return steal_fd(&userns);
}

int kept_userns_claim(const char *directory)
{
	/* The file stays when its keeper ends: were it removed, two could hold
	 * a lock, each on a file of this name.
	 */
	auto_close int file = open_file(directory, O_RDWR | O_CREAT);

	if (file < 0)
		return file;
	if (flock(file, LOCK_EX | LOCK_NB) < 0 || ftruncate(file, 0) < 0)
		return -errno;
	return steal_fd(&file);
}

int kept_userns_announce(int claim, pid_t pid)
{
	char number[NUMBER_ROOM];
	int length = snprintf(number, sizeof(number), "%d", pid);

	return pwrite(claim, number, (size_t)length, 0) < 0 ? -errno : 0;
}

int kept_userns_idle(int claim)
{
	struct timespec now;
	struct stat st;
	int64_t seconds;

	if (fstat(claim, &st) < 0 || st.st_nlink == 0)
		return -ENOENT;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	seconds = now.tv_sec - st.st_mtim.tv_sec;
	/* The clock may have been set back. */
	return seconds < 0 ? 0 : seconds > INT_MAX ? INT_MAX : (int)seconds;
}
