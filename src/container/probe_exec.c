// SPDX-License-Identifier: Apache-2.0
/* The whole way at once: namespaces, ids, a copy of the host's tree as root,
 * and in it a program: holt itself, asked for its version.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/probe_cell.h"
#include "container/probe_tools.h"
#include "init/tree.h"

extern char **environ;

static int enter_copy(struct error *err)
{
	struct tree_change private = { .propagation = MS_PRIVATE,
				       .recursive = true };
	auto_close int tree = tree_clone(AT_FDCWD, "/", true);
	int result = tree < 0 ? tree : tree_change(tree, &private);

	if (result < 0)
		return error_set(err, -result, "copy the host's tree");
	return probe_enter(tree, err);
}

/* In the cell. What the program says goes into the pipe that is our stdout. */
static void execute(struct probe_state *state, struct finding *ret)
{
	auto_close int self = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	char *argv[] = { (char[]){ "holt" }, (char[]){ "version" }, NULL };
	struct error err = { 0 };

	(void)state;
	finding_say(ret, PROBE_FAIL, "holt doesn't run inside");
	if (self < 0) {
		(void)error_set(&err, errno, "open /proc/self/exe");
	} else if (enter_copy(&err) == 0) {
		finding_because(
			ret,
			"it was executed, but printed no version: a library or a file it needs is out of reach there",
			"");
		(void)syscall(SYS_execveat, self, "", argv, environ,
			      AT_EMPTY_PATH);
		(void)error_set(&err, errno, "execute holt");
	}
	finding_error(ret, &err);
	if (err.code == EACCES)
		finding_remedy(
			ret,
			"install holt where programs may be executed: not on a file system mounted noexec");
}

static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void probe_exec(struct probe_state *state, struct finding *ret)
{
	double start = now_ms();
	char text[64] = "";
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || dup2(ends[1], STDOUT_FILENO) < 0) {
		finding_say(ret, PROBE_FAIL, "no pipe can be made: %s",
			    strerror(errno));
		return;
	}
	close(ends[1]);
	cell_probe(execute, state, ret);
	/* It has ended. Ask poll(2) first: we are a writer ourselves. */
	if (poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 0) > 0)
		(void)!read(ends[0], text, sizeof(text) - 1);
	if (strncmp(text, "holt version", 12) != 0)
		return;
	finding_say(ret, PROBE_OK,
		    "holt itself, in a root of its own, in %.1f ms",
		    now_ms() - start);
	finding_because(ret, "", "");
}
