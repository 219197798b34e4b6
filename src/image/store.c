// SPDX-License-Identifier: Apache-2.0
#include "image/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/log.h"

enum { DIRECTORY_MODE = 0700, FILE_MODE = 0600, NAME_TRIES = 100 };

char *store_path(struct error *err)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data && data[0] == '/')
		return xasprintf("%s/holt", data);
	if (home && home[0] == '/')
		return xasprintf("%s/.local/share/holt", home);
	error_say(err, ENOENT,
		  "neither HOME nor XDG_DATA_HOME says where images are kept");
	return NULL;
}

/* mkdir -p */
must_check static int make_dirs(const char *path, struct error *err)
{
	auto_free char *copy = xstrdup(path);

	for (char *at = copy + 1;; at++) {
		char kept = *at;

		if (kept && kept != '/')
			continue;
		*at = '\0';
		if (mkdir(copy, DIRECTORY_MODE) < 0 && errno != EEXIST)
			return error_set(err, errno, "make %s", copy);
		*at = kept;
		if (!kept)
			return 0;
	}
}

/* It has to be ours: what it holds is run. */
must_check static int check_owner(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at %s", path);
	if (st.st_uid != geteuid())
		return error_say(
			err, EPERM,
			"%s belongs to uid %u, not to you (uid %u): images there are not used",
			path, st.st_uid, geteuid());
	if ((st.st_mode & 0777) != DIRECTORY_MODE &&
	    fchmod(fd, DIRECTORY_MODE) < 0)
		return error_set(err, errno, "close %s to others", path);
	return 0;
}

must_check static int make_parts(int fd, const char *path, struct error *err)
{
	static const char *const names[] = {
		"blobs",  "blobs/sha256", "ingest",     "images",  "tags",
		"layers", "staging",      "containers", "volumes", "trash",
	};

	/* The last one is there: so all are. */
	if (faccessat(fd, names[ARRAY_COUNT(names) - 1], F_OK, 0) == 0)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (mkdirat(fd, names[i], DIRECTORY_MODE) < 0 &&
		    errno != EEXIST)
			return error_set(err, errno, "make %s/%s", path,
					 names[i]);
	return 0;
}

must_check static int take_lock(int fd, enum store_use use, const char *path,
				struct error *err)
{
	int kind = use == STORE_SHARED ? LOCK_SH : LOCK_EX;
	auto_close int lock =
		openat(fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	int result;

	if (lock < 0)
		return error_set(err, errno, "open %s/lock", path);
	if (flock(lock, kind | LOCK_NB) == 0)
		return steal_fd(&lock);
	if (errno == EWOULDBLOCK)
		log_debug("waiting for others to be done with %s", path);
	do {
		result = flock(lock, kind);
	} while (result < 0 && errno == EINTR);
	if (result < 0)
		return error_set(err, errno, "lock %s/lock", path);
	return steal_fd(&lock);
}

int store_open(enum store_use use, struct store *ret, struct error *err)
{
	auto_free char *path = store_path(err);
	auto_close int fd = -1;
	int lock;

	if (!path)
		return -err->code;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		if (make_dirs(path, err) < 0)
			return -err->code;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (check_owner(fd, path, err) < 0 || make_parts(fd, path, err) < 0)
		return -err->code;
	lock = take_lock(fd, use, path, err);
	if (lock < 0)
		return lock;
	*ret = (struct store){ steal_fd(&fd), lock, steal_ptr(&path) };
	return 0;
}

void store_close(struct store *store)
{
	if (!store->path)
		return;
	close(store->fd);
	if (store->lock >= 0)
		close(store->lock);
	free(store->path);
	*store = (struct store){ 0 };
}

int store_open_dir(const struct store *store, const char *name,
		   struct error *err)
{
	int fd = openat(store->fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno == ENOENT)
		return fd >= 0 ? fd : -ENOENT;
	return error_set(err, errno, "open %s/%s", store->path, name);
}

int store_list(const struct store *store, const char *name, struct strv *ret,
	       struct error *err)
{
	auto_close int fd = store_open_dir(store, name, err);
	auto_closedir DIR *dir = NULL;
	struct dirent *entry;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir)
		return error_set(err, errno, "read %s/%s", store->path, name);
	(void)steal_fd(&fd);
	while ((errno = 0, entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strv_add(ret, xstrdup(entry->d_name));
	if (errno)
		return error_set(err, errno, "read %s/%s", store->path, name);
	strv_sort(ret);
	return 0;
}

/* Swept by who holds the store alone. */
char *store_work_name(const char *directory)
{
	unsigned long long number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		number = (unsigned long long)getpid();
	return xasprintf("%s/tmp.%016llx", directory, number);
}

int store_put(const struct store *store, const char *path, const char *text,
	      struct error *err)
{
	auto_free char *copy = xstrdup(text);
	struct iovec part = { copy, strlen(copy) };
	auto_free char *work = store_work_name("ingest");
	int result = file_put_durable(store->fd, work, &part, 1, FILE_MODE);

	if (result == 0 && renameat(store->fd, work, store->fd, path) < 0) {
		result = -errno;
		(void)unlinkat(store->fd, work, 0);
	}
	if (result < 0)
		return error_set(err, -result, "write %s/%s", store->path,
				 path);
	return 0;
}

int store_read(const struct store *store, const char *path, size_t limit,
	       char **ret_text, size_t *ret_size, struct error *err)
{
	auto_close int fd =
		openat(store->fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return error_set(err, errno, "open %s/%s", store->path, path);
	if (fd_read_text(fd, limit, ret_text, ret_size, err) < 0)
		return error_wrap(err, "%s/%s", store->path, path);
	return 0;
}

int store_open_blob(const struct store *store, const struct digest *digest,
		    struct error *err)
{
	auto_free char *path = xasprintf("blobs/sha256/%s", digest_hex(digest));
	int fd = openat(store->fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return error_say(
			err, ENOENT,
			"%s is missing from the store: 'holt system check' finds what else is, pulling the image again brings it back",
			digest->text);
	return fd < 0 ? error_set(err, errno, "open %s/%s", store->path, path)
		      : fd;
}

int store_read_blob(const struct store *store, const struct digest *digest,
		    size_t limit, char **ret_text, size_t *ret_size,
		    struct error *err)
{
	auto_close int fd = store_open_blob(store, digest, err);

	if (fd < 0)
		return fd;
	if (fd_read_text(fd, limit, ret_text, ret_size, err) < 0)
		return error_wrap(err, "%s", digest->text);
	return 0;
}

int store_sync(const struct store *store, struct error *err)
{
	if (syncfs(store->fd) < 0)
		return error_set(err, errno, "write out %s", store->path);
	return 0;
}

int store_trash(const struct store *store, const char *path, struct error *err)
{
	auto_free char *work = store_work_name("trash");

	if (renameat(store->fd, path, store->fd, work) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove %s/%s", store->path, path);
	return 0;
}
