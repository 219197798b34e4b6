// SPDX-License-Identifier: Apache-2.0
/* Overlays, on a tmpfs and where images are kept. The kernel has conditions of
 * its own for each file system, so what a container does to one is done here:
 * a file of the image is deleted, a directory replaced.
 *
 * That takes a directory there for some milliseconds. It always has the same
 * name, so what a killed doctor left behind is taken away by the next one.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/probe_cell.h"
#include "container/probe_tools.h"
#include "init/tree.h"

#define SCRATCH ".holt-doctor"

static int make_layers(int dir, struct error *err)
{
	static const char *const dirs[] = { "lower", "lower/dir", "upper",
					    "work" };

	for (size_t i = 0; i < ARRAY_COUNT(dirs); i++)
		if (mkdirat(dir, dirs[i], 0755) < 0)
			return error_set(err, errno, "make %s", dirs[i]);

	auto_close int file =
		openat(dir, "lower/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (file < 0)
		return error_set(err, errno, "make lower/file");
	return 0;
}

/* Delete and replace through the overlay what its lower layer has. */
static int change(int tree, struct error *err)
{
	struct stat st;

	if (unlinkat(tree, "file", 0) < 0)
		return error_set(err, errno, "delete a file of the image");
	if (fstatat(tree, "file", &st, 0) == 0)
		return error_say(err, EEXIST,
				 "a deleted file of the image is still there");
	if (unlinkat(tree, "dir", AT_REMOVEDIR) < 0)
		return error_set(err, errno, "delete a directory of the image");
	if (mkdirat(tree, "dir", 0755) < 0)
		return error_set(err, errno,
				 "replace a directory of the image");
	return 0;
}

static int try_overlay(int dir, struct error *err)
{
	char lower[64], upper[64], work[64];
	char *parameters[] = { lower, upper, work, (char[]){ "userxattr" },
			       NULL };

	if (make_layers(dir, err) < 0)
		return -err->code;
	(void)snprintf(lower, sizeof(lower), "lowerdir=/proc/self/fd/%d/lower",
		       dir);
	(void)snprintf(upper, sizeof(upper), "upperdir=/proc/self/fd/%d/upper",
		       dir);
	(void)snprintf(work, sizeof(work), "workdir=/proc/self/fd/%d/work",
		       dir);

	auto_close int tree =
		tree_new("overlay", "overlay", parameters, 0, err);

	return tree < 0 ? tree : change(tree, err);
}

static int on_tmpfs(struct error *err)
{
	auto_close int slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int tree = tree_new("tmpfs", "tmpfs", NULL, 0, err);
	int result;

	if (tree < 0)
		return tree;
	/* An overlay's layers have to be mounted somewhere: on top of "/",
	 * which lookups of ours don't see.
	 */
	result = slash < 0 ? -errno : tree_attach(tree, slash);
	if (result < 0)
		return error_set(err, -result, "mount a tmpfs");
	return try_overlay(tree, err);
}

static void overlay_on_tmpfs(struct probe_state *state, struct finding *ret)
{
	struct error err = { 0 };

	(void)state;
	if (on_tmpfs(&err) == 0) {
		finding_say(ret, PROBE_OK, "on tmpfs");
		return;
	}
	finding_say(ret, PROBE_FAIL, "no overlay on a tmpfs");
	finding_error(ret, &err);
	if (err.code == EOPNOTSUPP || err.code == EIO)
		finding_remedy(
			ret,
			"boot Linux 6.6 or newer, whose tmpfs keeps user attributes");
	else if (err.code == ENODEV)
		finding_because(ret, "this kernel has no overlay file system",
				"sudo modprobe overlay");
}

/* The directory that images are in, or the nearest above it that exists. NULL:
 * nobody says where. Owned.
 */
static char *find_data_home(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	struct stat st;
	char *path;

	if (data && *data == '/')
		path = xasprintf("%s/holt", data);
	else if (home && *home == '/')
		path = xasprintf("%s/.local/share/holt", home);
	else
		return NULL;
	while (stat(path, &st) < 0) {
		char *slash = strrchr(path, '/');

		if (slash == path)
			break;
		*slash = '\0';
	}
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

static void remove_scratch(const char *path)
{
	auto_free char *work = xasprintf("%s/work/work", path);

	/* The overlay's own, with a whiteout in it and no rights for anyone. */
	(void)chmod(work, 0700);
	/* FTW_MOUNT: never down into what somebody mounted there. */
	(void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Make the directory, ours alone while we hold it open. Return: descriptor */
static int open_scratch(const char *path, struct error *err)
{
	remove_scratch(path);
	if (mkdir(path, 0700) < 0)
		return error_set(err, errno, "make %s", path);

	auto_close int dir =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return error_set(err, errno, "open %s", path);
	return steal_fd(&dir);
}

/* In the cell: @path of the home stands in .found until it is overwritten. */
static void overlay_on_disk(struct probe_state *state, struct finding *ret)
{
	auto_close int dir =
		open(ret->found, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct error err = { 0 };

	(void)state;
	if (dir >= 0 && try_overlay(dir, &err) == 0) {
		finding_say(ret, PROBE_OK, "works");
		return;
	}
	if (dir < 0)
		(void)error_set(&err, errno, "open %s", ret->found);
	finding_say(ret, PROBE_FAIL, "refused");
	finding_error(ret, &err);
}

static const char *type_name(const char *path)
{
	static const struct {
		unsigned int magic;
		const char *name;
	} types[] = {
		{ 0x794c7630, "overlay" }, { 0xef53, "ext4" },
		{ 0x58465342, "xfs" },     { 0x9123683e, "btrfs" },
		{ 0x01021994, "tmpfs" },   { 0x6969, "nfs" },
		{ 0x0bd00bd0, "lustre" },  { 0x2fc12fc1, "zfs" },
		{ 0x65735546, "fuse" },    { 0xf15f, "ecryptfs" },
		{ 0x47504653, "gpfs" },    { 0xf2f52010, "f2fs" },
		{ 0x01021997, "9p" },
	};
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return "an unknown file system";
	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (types[i].magic == (unsigned int)fs.f_type)
			return types[i].name;
	return "a file system of another type";
}

static void probe_disk(const char *home, struct probe_state *state,
		       struct finding *ret)
{
	auto_free char *path = xasprintf("%s/" SCRATCH, home);
	const char *type = type_name(home);
	auto_close int lock = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct error err = { 0 };

	/* Two doctors take turns. The time limit ends a wait in vain. */
	if (lock >= 0)
		(void)flock(lock, LOCK_EX);

	auto_close int dir = open_scratch(path, &err);

	if (dir < 0) {
		finding_say(ret, PROBE_FAIL, "on tmpfs, but not in %s", home);
		finding_error(ret, &err);
		finding_remedy(
			ret,
			"set XDG_DATA_HOME to a directory that you can write to");
		return;
	}
	(void)snprintf(ret->found, sizeof(ret->found), "%s", path);
	cell_probe(overlay_on_disk, state, ret);
	remove_scratch(path);
	if (ret->status == PROBE_OK) {
		finding_say(ret, PROBE_OK, "on tmpfs and on %s (%s)", home,
			    type);
		return;
	}
	finding_say(ret, PROBE_FAIL, "on tmpfs, but not in %s (%s)", home,
		    type);
	finding_remedy(
		ret,
		"set XDG_DATA_HOME to a directory on ext4, xfs, btrfs or tmpfs; in an outer container, to a volume of it");
}

void probe_overlay(struct probe_state *state, struct finding *ret)
{
	auto_free char *home = find_data_home();

	cell_probe(overlay_on_tmpfs, state, ret);
	if (ret->status != PROBE_OK)
		return;
	if (home) {
		probe_disk(home, state, ret);
		return;
	}
	finding_say(ret, PROBE_WARN, "on tmpfs; no place for images is known");
	finding_because(
		ret, "neither HOME nor XDG_DATA_HOME is set",
		"export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: -f6)\"");
}
