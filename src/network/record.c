// SPDX-License-Identifier: Apache-2.0
#include "network/record.h"

#include <dirent.h>
#include <fcntl.h>
#include <json.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "network/place.h"

#define RECORD "record"

enum { RECORD_MAX = 4 << 20, PID_MAX = 1 << 22 };

/* What is read of a member besides what members_add() takes. */
struct identity {
	uint64_t pid, start_time;
};

static const struct json_row identity_rows[] = {
	{ "pid", JSON_MEMBER(struct identity, pid), .required = true },
	{ "start_time", JSON_MEMBER(struct identity, start_time),
	  .required = true },
	{ 0 },
};

/* What is being restored. */
struct restoring {
	const struct definition *definition;
	uint64_t inode; /* of the namespace */
	int netns;      /* -1: not found yet */
	struct members *members;
};

static int read_member(const struct json_node *node, void *target,
		       struct error *err);

static const struct json_row rows[] = {
	{ "netns", JSON_MEMBER(struct restoring, inode), .required = true },
	{ "members", JSON_EACH, .read = read_member },
	{ 0 },
};

/* The number of the process that a pidfd is of, 0: it is gone */
static pid_t pid_of(int pidfd)
{
	static const char key[] = "Pid:";
	auto_free char *path = xasprintf("/proc/self/fdinfo/%d", pidfd);
	auto_free char *text = NULL;
	struct error ignored;
	const char *line;
	long pid;

	if (file_read_text(path, RECORD_MAX, &text, NULL, &ignored) < 0)
		return 0;
	line = strstr(text, key);
	pid = line ? strtol(line + sizeof(key) - 1, NULL, 10) : 0;
	return pid > 0 && pid < PID_MAX ? (pid_t)pid : 0;
}

void record_identify(struct member *member)
{
	member->pid = pid_of(member->alive);
	if (!member->pid ||
	    process_start_time(member->pid, &member->start_time) < 0)
		member->pid = 0;
}

static struct json_object *describe(const struct member *member,
				    const struct definition *definition)
{
	struct json_object *object = member_json(member, definition);

	(void)json_object_object_add(object, "pid",
				     json_object_new_int64(member->pid));
	(void)json_object_object_add(
		object, "start_time",
		json_object_new_int64((int64_t)member->start_time));
	return object;
}

int record_write(int directory, const struct definition *definition, int netns,
		 const struct members *members)
{
	auto_free char *file = place_file(definition, RECORD);
	auto_json struct json_object *record = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct stat st;
	struct iovec part;

	(void)json_object_object_add(record, "members", list);
	if (fstat(netns, &st) < 0)
		return -errno;
	(void)json_object_object_add(record, "netns",
				     json_object_new_int64((int64_t)st.st_ino));
	for (size_t i = 0; i < members->count; i++)
		(void)json_object_array_add(
			list, describe(&members->list[i], definition));

	auto_free char *text = xstrdup(
		json_object_to_json_string_ext(record, JSON_C_TO_STRING_PLAIN));

	part = (struct iovec){ text, strlen(text) };
	return file_put(directory, file, &part, 1, 0600);
}

bool record_exists(int directory, const struct definition *definition)
{
	auto_free char *file = place_file(definition, RECORD);

	return faccessat(directory, file, F_OK, 0) == 0;
}

int record_remove(int directory, const struct definition *definition)
{
	auto_free char *file = place_file(definition, RECORD);

	return unlinkat(directory, file, 0) < 0 ? -errno : 0;
}

/* Return: a descriptor of ours, -1: it isn't this one */
static int take_namespace(const char *path, uint64_t inode)
{
	struct stat st;
	auto_close int fd = -1;

	/* Only what is one is opened. */
	if (stat(path, &st) < 0 || st.st_ino != inode || !S_ISREG(st.st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != inode ||
	    ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return -1;
	return steal_fd(&fd);
}

/* Among what the process has open. Return: descriptor, -1 */
static int find_namespace(const struct process *process, uint64_t inode)
{
	auto_free char *path = xasprintf("/proc/%d/fd", process->pid);
	auto_closedir DIR *stream = opendir(path);
	struct dirent *entry;
	int found = -1;

	while (stream && found < 0 && (entry = readdir(stream))) {
		auto_free char *one = xasprintf("%s/%s", path, entry->d_name);

		found = take_namespace(one, inode);
	}
	return found;
}

/* Those that are gone are passed over, and so is what makes no sense. */
static int read_member(const struct json_node *node, void *target,
		       struct error *err)
{
	struct restoring *restoring = target;
	struct identity identity = { 0 };
	auto_with(process_close) struct process process = { 0, -1 };
	struct member *member;

	if (json_read_object(node, identity_rows, &identity, err) < 0 ||
	    identity.pid == 0 || identity.pid > PID_MAX ||
	    process_open((pid_t)identity.pid, identity.start_time, &process,
			 err) < 0 ||
	    process.pidfd < 0)
		return 0;
	if (restoring->netns < 0)
		restoring->netns = find_namespace(&process, restoring->inode);
	if (!restoring->members)
		return 0;
	member = members_add(restoring->members, restoring->definition, node,
			     process.pidfd, err);
	if (member) {
		(void)steal_fd(&process.pidfd);
		record_identify(member);
	}
	return 0;
}

int record_read(int directory, const struct definition *definition,
		struct members *members)
{
	auto_free char *file = place_file(definition, RECORD);
	auto_free char *text = NULL;
	auto_json struct json_object *document = NULL;
	struct restoring restoring = {
		.definition = definition,
		.netns = -1,
		.members = members,
	};
	auto_close int fd =
		openat(directory, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct error ignored;
	size_t size;

	if (fd < 0 ||
	    fd_read_text(fd, RECORD_MAX, &text, &size, &ignored) < 0 ||
	    json_parse(text, size, &document, &ignored) < 0 ||
	    json_read_object(&(struct json_node){ .value = document }, rows,
			     &restoring, &ignored) < 0)
		return -1;
	while (restoring.netns < 0 && members && members->count > 0)
		members_remove(members, members->list);
	return restoring.netns;
}
