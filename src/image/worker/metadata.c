// SPDX-License-Identifier: Apache-2.0
#include "image/worker/metadata.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "image/worker/attributes.h"

enum {
	MODE_BITS = 07777,
	ATTRIBUTE_NAME_MAX = 255,
	ATTRIBUTE_SIZE_MAX = 65536,
	NANOSECONDS = 1000000000
};

/* What file systems can hold; ext4 ends in 2446. */
#define SECONDS_MIN INT64_C(-2147483648)
#define SECONDS_MAX INT64_C(15032385535)

int archive_failure(struct archive *archive, struct error *err)
{
	const char *text = archive_error_string(archive);
	int code = archive_errno(archive);

	/* That of the stream has been recorded already. */
	if (err->code)
		return -err->code;
	return error_say(err, code > 0 ? code : EBADMSG, "the archive: %s",
			 text ? text : "it can't be read");
}

must_check static int explain(la_int64_t uid, la_int64_t gid, int code,
			      struct error *err)
{
	if (code != EINVAL)
		return error_set(err, code, "set its owner %lld:%lld",
				 (long long)uid, (long long)gid);
	return error_say(
		err, EINVAL,
		"its owner %lld:%lld has no id here: you have fewer subordinate ids than the image needs (usermod --add-subuids FIRST-LAST --add-subgids FIRST-LAST USER)",
		(long long)uid, (long long)gid);
}

static bool is_id(la_int64_t id)
{
	return id >= 0 && id < UINT32_MAX;
}

must_check static int set_owner(const struct unpacking *unpacking,
				struct archive_entry *entry, int fd,
				struct error *err)
{
	la_int64_t uid = archive_entry_uid(entry);
	la_int64_t gid = archive_entry_gid(entry);

	if (!is_id(uid) || !is_id(gid))
		return explain(uid, gid, EINVAL, err);
	if (unpacking->single_id)
		return attribute_set_owner(fd, (uid_t)uid, (gid_t)gid, err);
	if (fchown(fd, (uid_t)uid, (gid_t)gid) < 0)
		return explain(uid, gid, errno, err);
	return 0;
}

static struct timespec clamp(time_t seconds, long nanoseconds)
{
	struct timespec time = { seconds, nanoseconds };

	if (time.tv_sec < SECONDS_MIN)
		time = (struct timespec){ SECONDS_MIN, 0 };
	if (time.tv_sec > SECONDS_MAX)
		time = (struct timespec){ SECONDS_MAX, 0 };
	if (time.tv_nsec < 0 || time.tv_nsec >= NANOSECONDS)
		time.tv_nsec = 0;
	return time;
}

static void read_times(struct archive_entry *entry, struct timespec ret[2])
{
	ret[1] = clamp(archive_entry_mtime(entry),
		       archive_entry_mtime_nsec(entry));
	ret[0] = archive_entry_atime_is_set(entry)
			 ? clamp(archive_entry_atime(entry),
				 archive_entry_atime_nsec(entry))
			 : ret[1];
}

must_check static int set_attributes(struct archive_entry *entry, int fd,
				     struct error *err)
{
	const char *name;
	const void *value;
	size_t size;

	(void)archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) ==
	       ARCHIVE_OK) {
		if (!name || !*name || strlen(name) > ATTRIBUTE_NAME_MAX ||
		    size > ATTRIBUTE_SIZE_MAX)
			return error_say(
				err, EINVAL,
				"it has an attribute that can't be one");
		if (!attribute_is_kept(name))
			continue;
		if (fsetxattr(fd, name, value, size, 0) < 0)
			return error_set(err, errno, "set its attribute %s",
					 name);
	}
	return 0;
}

int metadata_set(const struct unpacking *unpacking, struct archive_entry *entry,
		 int fd, bool times, struct error *err)
{
	struct timespec both[2];

	if (set_owner(unpacking, entry, fd, err) < 0)
		return -err->code;
	if (fchmod(fd, archive_entry_perm(entry) & MODE_BITS) < 0)
		return error_set(err, errno, "set its mode");
	if (set_attributes(entry, fd, err) < 0)
		return -err->code;
	if (!times)
		return 0;
	read_times(entry, both);
	if (futimens(fd, both) < 0)
		return error_set(err, errno, "set its times");
	return 0;
}

int metadata_set_at(const struct unpacking *unpacking,
		    struct archive_entry *entry, int dir, const char *name,
		    struct error *err)
{
	la_int64_t uid = archive_entry_uid(entry);
	la_int64_t gid = archive_entry_gid(entry);
	struct timespec both[2];

	if (!is_id(uid) || !is_id(gid))
		return explain(uid, gid, EINVAL, err);
	if (!unpacking->single_id && fchownat(dir, name, (uid_t)uid, (gid_t)gid,
					      AT_SYMLINK_NOFOLLOW) < 0)
		return explain(uid, gid, errno, err);
	if (archive_entry_filetype(entry) != AE_IFLNK &&
	    fchmodat(dir, name, archive_entry_perm(entry) & MODE_BITS, 0) < 0)
		return error_set(err, errno, "set its mode");
	read_times(entry, both);
	if (utimensat(dir, name, both, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "set its times");
	return 0;
}

void metadata_finish(struct unpacking *unpacking, struct archive_entry *entry,
		     const char *path)
{
	struct timespec both[2];

	read_times(entry, both);
	finish_add(&unpacking->finish, path, both);
}
