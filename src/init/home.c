// SPDX-License-Identifier: Apache-2.0
/* HOME, where nobody has set it: what the container's /etc/passwd says, or "/".
 * The file is the container's: read within its root, only so far, and whatever
 * is wrong with it means that it says nothing.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/path.h"
#include "init/step.h"

enum { PASSWD_MAX = 4 << 20 };

/* name:password:uid:gid:comment:home:shell. Return: the home, or NULL */
static const char *home_in_line(char *line, uid_t uid)
{
	char *fields[7] = { line };
	uid_t found;

	for (size_t i = 1; i < ARRAY_COUNT(fields); i++) {
		fields[i] = strchr(fields[i - 1], ':');
		if (!fields[i])
			return NULL;
		*fields[i]++ = '\0';
	}
	if (parse_id(fields[2], &found) < 0 || found != uid ||
	    fields[5][0] != '/')
		return NULL;
	return fields[5];
}

/* Take whole lines off the start of @text. Return: the home, or NULL */
static const char *take_lines(char *text, size_t *size, uid_t uid)
{
	char *line = text, *end;

	while ((end = memchr(line, '\n', *size - (size_t)(line - text)))) {
		*end = '\0';

		const char *home = home_in_line(line, uid);

		if (home)
			return home;
		line = end + 1;
	}
	*size -= (size_t)(line - text);
	memmove(text, line, *size);
	return NULL;
}

static const char *find_home(int fd, uid_t uid, char *text, size_t room)
{
	size_t size = 0;
	ssize_t n;

	for (size_t total = 0; total < PASSWD_MAX; total += (size_t)n) {
		if (size == room - 1)
			size = 0; /* nobody has such a line */
		n = read(fd, text + size, room - 1 - size);
		if (n <= 0)
			break;
		size += (size_t)n;

		const char *home = take_lines(text, &size, uid);

		if (home)
			return home;
	}
	text[size] = '\0';
	return home_in_line(text, uid); /* a last line without an end */
}

static int open_passwd(void)
{
	auto_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int fd = -1;
	struct stat st;

	if (root >= 0)
		fd = path_open_in(root, "/etc/passwd",
				  O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return steal_fd(&fd);
}

int step_home(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	const char *home = NULL;
	char text[2 * PATH_MAX];

	(void)err;
	if (!plan->home)
		return 0;

	auto_close int fd = open_passwd();

	if (fd >= 0)
		home = find_home(fd, plan->process->user.uid, text,
				 sizeof(text));
	(void)snprintf(plan->home, HOME_ROOM, "HOME=%s", home ? home : "/");
	return 0;
}
