// SPDX-License-Identifier: Apache-2.0
#include "base/socket_holder.h"

#include <ctype.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

enum { TABLE_MAX = 64 << 20, STATE_LISTEN = 10, STATE_UDP = 7 };

struct socket_row {
	unsigned int uid;
	unsigned long inode;
};

enum field { FIELD_LOCAL = 1, FIELD_STATE = 3, FIELD_UID = 7, FIELD_INODE = 9 };
enum { FIELD_COUNT = FIELD_INODE + 1 };

/* A line of /proc/net/tcp and its like (proc_net_tcp(5)), which is taken apart.
 */
static bool read_row(char *line, uint8_t protocol, uint16_t port,
		     struct socket_row *ret)
{
	const char *fields[FIELD_COUNT], *local;
	size_t count = 0;
	char *word;

	while (count < FIELD_COUNT && (word = strsep(&line, " ")))
		if (*word)
			fields[count++] = word;
	if (count < FIELD_COUNT)
		return false;
	local = strchr(fields[FIELD_LOCAL], ':');
	if (!local || strtoul(local + 1, NULL, 16) != port ||
	    strtoul(fields[FIELD_STATE], NULL, 16) !=
		    (protocol == IPPROTO_UDP ? STATE_UDP : STATE_LISTEN))
		return false;
	ret->uid = (unsigned int)strtoul(fields[FIELD_UID], NULL, 10);
	ret->inode = strtoul(fields[FIELD_INODE], NULL, 10);
	return true;
}

static bool find_in_table(const char *path, uint8_t protocol, uint16_t port,
			  struct socket_row *ret)
{
	auto_free char *text = NULL;
	char *rest, *line;
	struct error ignored;

	if (file_read_text(path, TABLE_MAX, &text, NULL, &ignored) < 0)
		return false;
	for (rest = text; (line = strsep(&rest, "\n"));)
		if (read_row(line, protocol, port, ret))
			return true;
	return false;
}

static bool has_socket(const char *pid, unsigned long inode)
{
	auto_free char *path = xasprintf("/proc/%s/fd", pid);
	auto_free char *wanted = xasprintf("socket:[%lu]", inode);
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool is_found = false;

	if (!dir)
		return false;
	while (!is_found && (entry = readdir(dir))) {
		char link[64];
		ssize_t size = readlinkat(dirfd(dir), entry->d_name, link,
					  sizeof(link) - 1);

		link[size > 0 ? size : 0] = '\0';
		is_found = strcmp(link, wanted) == 0;
	}
	closedir(dir);
	return is_found;
}

static void name_process(const char *pid, char *text)
{
	auto_free char *path = xasprintf("/proc/%s/comm", pid);
	auto_free char *name = NULL;
	struct error ignored;

	if (file_read_text(path, 64, &name, NULL, &ignored) == 0)
		name[strcspn(name, "\n")] = '\0';
	(void)snprintf(text, SOCKET_HOLDER_TEXT_MAX, "%.32s (process %s)",
		       name ? name : "somebody", pid);
}

bool socket_holder_find(uint8_t protocol, uint16_t port, char *text)
{
	static const char *const tables[][2] = {
		{ "/proc/net/tcp", "/proc/net/tcp6" },
		{ "/proc/net/udp", "/proc/net/udp6" },
	};
	const char *const *paths = tables[protocol == IPPROTO_UDP];
	struct socket_row row;
	struct dirent *entry;
	DIR *dir;
	bool is_named = false;

	if (!find_in_table(paths[0], protocol, port, &row) &&
	    !find_in_table(paths[1], protocol, port, &row))
		return false;
	dir = opendir("/proc");
	while (dir && !is_named && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    has_socket(entry->d_name, row.inode)) {
			name_process(entry->d_name, text);
			is_named = true;
		}
	if (dir)
		closedir(dir);
	if (!is_named)
		(void)snprintf(text, SOCKET_HOLDER_TEXT_MAX,
			       "a process of user %u", row.uid);
	return true;
}
