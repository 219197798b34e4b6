// SPDX-License-Identifier: Apache-2.0
#include "image/worker/entry.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/clean.h"
#include "image/worker/hard_link.h"
#include "image/worker/metadata.h"
#include "image/worker/remove.h"
#include "image/worker/whiteout.h"

/* An entry and where it goes. */
struct spot {
	const char *path; /* clean */
	const char *name; /* its last component */
	struct parent parent;
	bool hides; /* what is below was hidden by what was there */
};

must_check static int write_data(struct unpacking *unpacking, int fd,
				 struct error *err)
{
	struct archive *archive = unpacking->archive;
	const void *data;
	size_t size;
	la_int64_t offset;
	int result;

	while ((result = archive_read_data_block(archive, &data, &size,
						 &offset)) == ARCHIVE_OK) {
		size_t written = 0;

		while (written < size) {
			ssize_t count = pwrite(fd, (const char *)data + written,
					       size - written,
					       offset + (la_int64_t)written);

			if (count < 0 && errno != EINTR)
				return error_set(err, errno, "write it");
			written += count > 0 ? (size_t)count : 0;
		}
		unpacking->done.bytes += size;
	}
	if (result != ARCHIVE_EOF)
		return archive_failure(archive, err);
	return 0;
}

/* The last piece may be a hole. */
must_check static int set_size(int fd, struct archive_entry *entry,
			       struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at it");
	if (archive_entry_size_is_set(entry) &&
	    st.st_size < archive_entry_size(entry) &&
	    ftruncate(fd, archive_entry_size(entry)) < 0)
		return error_set(err, errno, "set its size");
	return 0;
}

must_check static int put_file(struct unpacking *unpacking,
			       struct archive_entry *entry,
			       const struct spot *spot, struct error *err)
{
	auto_close int fd = openat(
		spot->parent.upper, spot->name,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_set(err, errno, "make it");
	if (write_data(unpacking, fd, err) < 0 || set_size(fd, entry, err) < 0)
		return -err->code;
	return metadata_set(unpacking, entry, fd, true, err);
}

/* Is there a directory below that this one will be merged with? */
static bool has_lower_dir(const struct spot *spot)
{
	struct stat st;

	return spot->parent.lower >= 0 &&
	       fstatat(spot->parent.lower, spot->name, &st,
		       AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

must_check static int put_dir(struct unpacking *unpacking,
			      struct archive_entry *entry,
			      const struct spot *spot, struct error *err)
{
	auto_free char *real = NULL;
	auto_close int fd = -1;

	if (mkdirat(spot->parent.upper, spot->name, 0700) < 0 &&
	    errno != EEXIST)
		return error_set(err, errno, "make it");
	fd = openat(spot->parent.upper, spot->name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open it");
	if (spot->hides && has_lower_dir(spot) &&
	    fsetxattr(fd, PLACE_OPAQUE, "y", 1, 0) < 0)
		return error_set(err, errno, "hide what is below");
	if (metadata_set(unpacking, entry, fd, false, err) < 0)
		return -err->code;
	real = place_real(&unpacking->place, spot->name);
	metadata_finish(unpacking, entry, real);
	return 0;
}

must_check static int put_link(struct unpacking *unpacking,
			       struct archive_entry *entry,
			       const struct spot *spot, struct error *err)
{
	const char *target = archive_entry_symlink(entry);

	if (!target || !*target || strlen(target) >= PATH_MAX)
		return error_say(err, EINVAL, "its target can't be one");
	if (symlinkat(target, spot->parent.upper, spot->name) < 0)
		return error_set(err, errno, "make it");
	return metadata_set_at(unpacking, entry, spot->parent.upper, spot->name,
			       err);
}

must_check static int put_fifo(struct unpacking *unpacking,
			       struct archive_entry *entry,
			       const struct spot *spot, struct error *err)
{
	if (mknodat(spot->parent.upper, spot->name, S_IFIFO | 0600, 0) < 0)
		return error_set(err, errno, "make it");
	return metadata_set_at(unpacking, entry, spot->parent.upper, spot->name,
			       err);
}

/* What is there gives way, but for a directory to a directory. */
must_check static int make_room(struct unpacking *unpacking,
				struct archive_entry *entry, struct spot *spot,
				struct error *err)
{
	struct stat st;

	if (fstatat(spot->parent.upper, spot->name, &st, AT_SYMLINK_NOFOLLOW) <
	    0)
		return 0;
	if (S_ISDIR(st.st_mode) && archive_entry_filetype(entry) == AE_IFDIR &&
	    !archive_entry_hardlink(entry))
		return 0;
	/* A mark that it is gone, or a file or link, or a directory that a file
	 * gave way to: none of them lets what is below through.
	 */
	spot->hides = true;
	if (S_ISDIR(st.st_mode)) {
		if (remove_tree(spot->parent.upper, spot->name,
				unpacking->place.upper, err) < 0)
			return error_wrap(err, "replace what is there");
	} else if (unlinkat(spot->parent.upper, spot->name, 0) < 0) {
		return error_set(err, errno, "replace what is there");
	}
	/* What was found through it is elsewhere now. So may be what the
	 * entry's own path leads to, which was found before that.
	 */
	if (S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode))
		place_forget(&unpacking->place);
	return 0;
}

must_check static int put_at(struct unpacking *unpacking,
			     struct archive_entry *entry, struct spot *spot,
			     struct error *err)
{
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return put_file(unpacking, entry, spot, err);
	case AE_IFDIR:
		return put_dir(unpacking, entry, spot, err);
	case AE_IFLNK:
		return put_link(unpacking, entry, spot, err);
	case AE_IFIFO:
		return put_fifo(unpacking, entry, spot, err);
	default:
		return error_say(err, EOPNOTSUPP, "it is of no known kind");
	}
}

/* What isn't made at all. A device 0:0 would be the overlay's mark that
 * something is gone.
 */
static bool is_left_out(struct unpacking *unpacking,
			struct archive_entry *entry, const struct spot *spot)
{
	mode_t kind = archive_entry_filetype(entry);
	bool is_device = kind == AE_IFBLK || kind == AE_IFCHR;
	auto_free char *real = NULL;

	if (!is_device && kind != AE_IFSOCK)
		return false;
	real = place_real(&unpacking->place, spot->name);
	names_add(&unpacking->left_out, real);
	unpacking->done.devices += is_device;
	unpacking->done.sockets += !is_device;
	return true;
}

/* The root has owner, mode and times like any directory, and is always one. */
must_check static int put_root(struct unpacking *unpacking,
			       struct archive_entry *entry, struct error *err)
{
	if (archive_entry_hardlink(entry) ||
	    archive_entry_filetype(entry) != AE_IFDIR)
		return error_say(err, EINVAL,
				 "the root of an image is a directory");
	if (metadata_set(unpacking, entry, unpacking->place.upper, false, err) <
	    0)
		return -err->code;
	metadata_finish(unpacking, entry, ".");
	return 0;
}

/* Another name: the file is found first, for making room could remove it. */
must_check static int put_hard_link(struct unpacking *unpacking,
				    struct archive_entry *entry,
				    struct spot *spot, struct error *err)
{
	auto_with(hard_link_clear) struct hard_link link = HARD_LINK_NONE;
	auto_free char *real = NULL;

	if (hard_link_find(unpacking, archive_entry_hardlink(entry), &link,
			   err) < 0)
		return -err->code;
	if (!link.path)
		return 0;
	if (place_find(&unpacking->place, spot->path, &spot->parent,
		       &spot->name, err) < 0)
		return -err->code;
	real = place_real(&unpacking->place, spot->name);
	if (strcmp(real, link.path) == 0)
		return 0;
	if (make_room(unpacking, entry, spot, err) < 0)
		return -err->code;
	return hard_link_make(&link, spot->parent.upper, spot->name, err);
}

/* What was copied up for another name's sake, and is gone by this layer. */
must_check static int uncopy(struct unpacking *unpacking,
			     const struct spot *spot, struct error *err)
{
	const char *gone = spot->name + strlen(WHITEOUT_PREFIX);
	auto_free char *real = place_real(&unpacking->place, gone);

	if (names_have(&unpacking->copied, real) &&
	    unlinkat(spot->parent.upper, gone, 0) < 0 && errno != ENOENT)
		return error_set(err, errno, "remove what is gone");
	return 0;
}

must_check static int put_whiteout(struct unpacking *unpacking,
				   const struct spot *spot, struct error *err)
{
	int result = uncopy(unpacking, spot, err);

	if (result == 0)
		result = whiteout_put(&spot->parent, spot->name,
				      place_is_root(&unpacking->place), err);
	/* What was found below a directory may be hidden now. */
	if (result > 0)
		place_forget(&unpacking->place);
	return result < 0 ? result : 0;
}

must_check static int put(struct unpacking *unpacking,
			  struct archive_entry *entry, const char *path,
			  struct error *err)
{
	struct spot spot = { .path = path };

	if (!*path)
		return put_root(unpacking, entry, err);
	if (place_find(&unpacking->place, path, &spot.parent, &spot.name, err) <
	    0)
		return -err->code;
	if (strncmp(spot.name, WHITEOUT_PREFIX, strlen(WHITEOUT_PREFIX)) == 0)
		return put_whiteout(unpacking, &spot, err);
	if (archive_entry_hardlink(entry))
		return put_hard_link(unpacking, entry, &spot, err);
	if (is_left_out(unpacking, entry, &spot))
		return 0;
	if (make_room(unpacking, entry, &spot, err) < 0)
		return -err->code;
	return put_at(unpacking, entry, &spot, err);
}

int entry_put(struct unpacking *unpacking, struct archive_entry *entry,
	      struct error *err)
{
	auto_free char *path = NULL;

	if (++unpacking->done.files > unpacking->files_max)
		return error_say(err, EFBIG, "it has more than %lu entries",
				 unpacking->files_max);
	if (clean_path(archive_entry_pathname(entry), &path, err) < 0 || !path)
		return error_wrap(err, "%.200s",
				  archive_entry_pathname(entry)
					  ? archive_entry_pathname(entry)
					  : "");
	if (put(unpacking, entry, path, err) < 0)
		return error_wrap(err, "%.200s", *path ? path : "/");
	return 0;
}
