// SPDX-License-Identifier: Apache-2.0
#include "image/worker/save_place.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "image/worker/ingest.h"
#include "image/worker/plain_tar.h"

/* What is being written, until it is whole: the lock keeps others from it. */
#define PART ".holt.part"

/* NULL: it fails with errno. */
static DIR *list(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);

	if (!dir && copy >= 0)
		close(copy);
	return dir;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Return: 1, 0: it has nothing but what a killed one left, negative errno */
must_check static int has_files(int fd, struct error *err)
{
	auto_closedir DIR *dir = list(fd);
	const struct dirent *entry;

	if (!dir)
		return error_set(err, errno, "list the directory");
	while ((errno = 0, entry = readdir(dir)))
		if (!is_dots(entry->d_name) && strcmp(entry->d_name, PART) != 0)
			return 1;
	return errno ? error_set(err, errno, "list the directory") : 0;
}

int save_place_check(const struct save_place *place, const char *mark,
		     struct error *err)
{
	int to = place->save->to;
	struct stat st;
	int result;

	if (flock(to, LOCK_EX) < 0)
		return error_set(err, errno, "lock the directory");
	if (fstatat(to, mark, &st, 0) == 0 && S_ISREG(st.st_mode))
		return 0;
	result = has_files(to, err);
	if (result > 0)
		return error_say(
			err, ENOTEMPTY,
			"the directory has other things than images, as there is no file %s in it: name another one",
			mark);
	return result;
}

/* A new file of the directory: what is there already stays, or is replaced when
 * the new one is whole.
 */
must_check static int make(const struct save_place *place, const char *name,
			   struct error *err)
{
	const struct save *save = place->save;
	int fd;

	if (save->adds)
		(void)unlinkat(save->to, PART, 0);
	fd = openat(save->to, save->adds ? PART : name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return fd < 0 ? error_set(err, errno, "make %s", name) : fd;
}

must_check static int finish(const struct save_place *place, const char *name,
			     struct error *err)
{
	const struct save *save = place->save;

	if (save->adds && renameat(save->to, PART, save->to, name) < 0)
		return error_set(err, errno, "make %s", name);
	return 0;
}

int save_put_text(const struct save_place *place, const char *name,
		  const char *text, size_t size, struct error *err)
{
	int result;

	if (place->archive)
		return plain_tar_text(place->save->to, name, text, size, err);

	auto_close int fd = make(place, name, err);

	if (fd < 0)
		return fd;
	result = fd_write_all(fd, text, size);
	return result < 0 ? error_set(err, -result, "write %s", name)
			  : finish(place, name, err);
}

/* One of another size was cut short. */
static bool is_there(const struct save_place *place, const char *name,
		     uint64_t size)
{
	struct stat st;

	return place->save->adds &&
	       fstatat(place->save->to, name, &st, 0) == 0 &&
	       S_ISREG(st.st_mode) && (uint64_t)st.st_size == size;
}

int save_put_blob(const struct save_place *place, const struct digest *digest,
		  uint64_t size, struct error *err)
{
	auto_free char *name =
		xasprintf("%s%s", place->blobs, digest_hex(digest));
	auto_close int fd = -1, to = -1;

	if (!save_once(place->save, name) || is_there(place, name, size))
		return 0;
	fd = blob_open(place->save->store, digest, err);
	if (fd < 0)
		return fd;
	if (place->archive)
		return plain_tar_file(place->save->to, name, fd, size, err);
	to = make(place, name, err);
	if (to < 0 || plain_copy(to, fd, size, err) < 0)
		return -err->code;
	return finish(place, name, err);
}

int save_put_directories(const struct save_place *place, struct error *err)
{
	static const char *const dirs[] = { "blobs", "blobs/sha256" };
	const struct save *save = place->save;

	if (place->archive)
		return plain_tar_directory(save->to, "blobs/", err) < 0
			       ? -err->code
			       : plain_tar_directory(save->to, "blobs/sha256/",
						     err);
	for (size_t i = 0; i < ARRAY_COUNT(dirs); i++)
		if (mkdirat(save->to, dirs[i], 0755) < 0 &&
		    (errno != EEXIST || !save->adds))
			return error_set(err, errno, "make %s", dirs[i]);
	return 0;
}

static bool is_blob(const char *name)
{
	return strlen(name) == DIGEST_HEX &&
	       strspn(name, "0123456789abcdef") == DIGEST_HEX;
}

int save_place_sweep(const struct save_place *place, struct error *err)
{
	auto_closedir DIR *dir = list(place->save->to);
	const struct dirent *entry;

	if (!dir)
		return error_set(err, errno, "list the directory");
	while ((errno = 0, entry = readdir(dir)))
		if (is_blob(entry->d_name) &&
		    save_once(place->save, entry->d_name) &&
		    unlinkat(place->save->to, entry->d_name, 0) < 0)
			return error_set(err, errno, "remove %s",
					 entry->d_name);
	return errno ? error_set(err, errno, "list the directory") : 0;
}
