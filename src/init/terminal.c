// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/step.h"
#include "init/sync.h"
#include "init/tree.h"

/* Both ends of a new terminal of the container's own devpts. The other side is
 * had by TIOCGPTPEER, not by a name that could be somebody else's file; nor may
 * anything be mounted over the first.
 */
static int open_pair(const struct init *init, int *ret_master, int *ret_console,
		     struct error *err)
{
	auto_close int master =
		path_open_on(init->devpts, "ptmx", O_RDWR | O_NOCTTY);
	int unlock = 0;

	if (master < 0)
		return error_set(err, -master, "open ptmx");
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return error_set(err, errno, "unlock the terminal");

	int console = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (console < 0)
		return error_set(err, errno, "open the terminal");
	*ret_master = steal_fd(&master);
	*ret_console = console;
	return 0;
}

int step_terminal(struct init *init, struct error *err)
{
	const struct spec_process *process = init->plan->process;
	struct winsize size = { .ws_row = process->rows,
				.ws_col = process->columns };
	auto_close int master = -1;

	if (!process->terminal)
		return 0;
	if (init->devpts < 0)
		return error_say(
			err, EINVAL,
			"a terminal needs a devpts mount, and there is none");
	if (open_pair(init, &master, &init->console, err) < 0)
		return error_wrap(err, "make a terminal");
	if (process->user.uid != 0 &&
	    fchown(init->console, process->user.uid, (gid_t)-1) < 0)
		return error_set(err, errno, "give the terminal to uid %u",
				 process->user.uid);
	if (size.ws_row && ioctl(master, TIOCSWINSZ, &size) < 0)
		return error_set(err, errno, "set the terminal's size");

	int result = sync_send(init->sync, STAGE_TERMINAL, master);

	if (result < 0)
		return error_set(err, -result, "hand over the terminal");
	return 0;
}

int step_console(struct init *init, struct error *err)
{
	if (init->console < 0)
		return 0;

	auto_close int tree = tree_clone(init->console, "", false);
	auto_close int target =
		path_make_file_in(init->root, "/dev/console", 0600);
	int result = tree < 0 ? tree : target;

	if (result >= 0)
		result = tree_attach(tree, target);
	if (result < 0)
		return error_set(err, -result, "bind /dev/console");
	return 0;
}

int terminal_take_stdio(const struct init *init, struct error *err)
{
	for (int fd = 0; init->console >= 0 && fd <= 2; fd++)
		if (dup2(init->console, fd) < 0)
			return error_set(err, errno, "take the terminal");
	return 0;
}
