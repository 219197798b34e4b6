// SPDX-License-Identifier: Apache-2.0
#include "idmap/helpers.h"

#include <endian.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/proc.h"

struct helper {
	const char *name;
	int capability;
	const char *capability_name; /* as setcap(8) knows it */
};

static const struct helper uid_helper = { "newuidmap", CAP_SETUID,
					  "cap_setuid" };
static const struct helper gid_helper = { "newgidmap", CAP_SETGID,
					  "cap_setgid" };

/* The file's capabilities. Return: 1 has it, 0 has others only, -1 has none */
static int has_file_capability(const char *path, int capability)
{
	struct vfs_ns_cap_data data = { 0 };
	ssize_t size =
		getxattr(path, "security.capability", &data, sizeof(data));

	if (size < (ssize_t)sizeof(struct vfs_cap_data))
		return -1;
	return le32toh(data.data[0].permitted) >> capability & 1;
}

/* Does the file give the rights? Mount and process are another matter. */
static int check_rights(const struct helper *helper, const char *path,
			struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return error_set(err, errno, "stat %s", path);
	if (st.st_mode & S_ISUID && st.st_uid == 0)
		return 0;
	switch (has_file_capability(path, helper->capability)) {
	case 1:
		return 0;
	case 0:
		return error_say(
			err, EPERM,
			"%s has file capabilities, but not %s; to mend it: sudo setcap %s+ep %s",
			path, helper->capability_name, helper->capability_name,
			path);
	default:
		break;
	}
	if (st.st_mode & S_ISUID)
		return error_say(
			err, EPERM,
			"%s is setuid, but to uid %u instead of root; to mend it: sudo chown root %s && sudo chmod u+s %s",
			path, st.st_uid, path, path);
	return error_say(
		err, EPERM,
		"%s is neither setuid root nor has the file capability %s; to mend it: sudo chown root %s && sudo chmod u+s %s",
		path, helper->capability_name, path, path);
}

static int check_mount(const char *path, struct error *err)
{
	struct statvfs st;

	if (statvfs(path, &st) < 0 || !(st.f_flag & ST_NOSUID))
		return 0;
	return error_say(
		err, EPERM,
		"%s is on a file system mounted nosuid, so it gets no rights; to mend it: sudo mount -o remount,suid \"$(findmnt -no TARGET --target %s)\"",
		path, path);
}

static int check_process(const struct helper *helper, struct error *err)
{
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 0;
	return error_say(
		err, EPERM,
		"no_new_privs is set on holt, so %s gets no rights from it; to mend it: start holt without NoNewPrivileges= of a systemd unit, setpriv --no-new-privs, or no-new-privileges and allowPrivilegeEscalation: false of an outer container",
		helper->name);
}

static int check_file(const struct helper *helper, const char *path,
		      struct error *err)
{
	int result = check_rights(helper, path, err);

	return result < 0 ? result : check_mount(path, err);
}

static int find(const struct helper *helper, const char *path, char **ret_path,
		struct error *err)
{
	auto_free char *found = NULL, *usual = NULL;
	struct error other;

	if (program_find(helper->name, path, &found) < 0)
		return error_say(
			err, ENOENT,
			"%s is not installed, and without it just one id can be mapped; to mend it: sudo apt-get install uidmap (Debian, Ubuntu), sudo dnf install shadow-utils (Fedora, RHEL), sudo apk add shadow-subids (Alpine), elsewhere the package that has newuidmap(1)",
			helper->name);
	if (check_file(helper, found, err) < 0) {
		if (program_find(helper->name, NULL, &usual) < 0 ||
		    check_file(helper, usual, &other) < 0)
			return -err->code;
		free(found);
		found = steal_ptr(&usual);
	}
	*ret_path = steal_ptr(&found);
	return 0;
}

int idmap_helpers_find(const char *path, struct idmap_helpers *ret_helpers,
		       struct error *err)
{
	auto_free char *newuidmap = NULL, *newgidmap = NULL;

	if (find(&uid_helper, path, &newuidmap, err) < 0 ||
	    find(&gid_helper, path, &newgidmap, err) < 0 ||
	    check_process(&uid_helper, err) < 0)
		return -err->code;
	ret_helpers->newuidmap = steal_ptr(&newuidmap);
	ret_helpers->newgidmap = steal_ptr(&newgidmap);
	return 0;
}

void idmap_helpers_clear(struct idmap_helpers *helpers)
{
	free(helpers->newuidmap);
	free(helpers->newgidmap);
	*helpers = (struct idmap_helpers){ 0 };
}
