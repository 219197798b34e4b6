// SPDX-License-Identifier: Apache-2.0
#include "container/probe_cell.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "idmap/diagnose.h"

#define CELL_FLAGS \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

pid_t probe_fork(int *ret_pidfd)
{
	int pidfd = -1;
	long pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL,
			   0);

	if (pid < 0)
		return -errno;
	*ret_pidfd = pidfd;
	return (pid_t)pid;
}

/* As the launch of a container does it. Return: pid, 0 in it, -errno */
static pid_t clone_cell(int *ret_pidfd)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = CELL_FLAGS | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		return -errno;
	*ret_pidfd = pidfd;
	return (pid_t)pid;
}

void cell_maps_clear(struct cell_maps *maps)
{
	id_map_clear(&maps->uids);
	id_map_clear(&maps->gids);
	idmap_helpers_clear(&maps->helpers);
}

static int write_maps(const struct cell_maps *maps, pid_t pid,
		      struct error *err)
{
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };

	if (idmap_apply_begin(pid, &maps->uids, &maps->gids, &maps->helpers,
			      &apply, err) < 0)
		return -err->code;
	return idmap_apply_finish(&apply, err);
}

/* In the cell: wait until the ids are mapped, then probe. */
static _Noreturn void live(int gate, probe_fn *probe, struct probe_state *state,
			   struct finding *ret)
{
	char go;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(gate, &go, 1) == 1)
		probe(state, ret);
	_exit(0);
}

int cell_run(const struct cell_maps *maps, probe_fn *probe,
	     struct probe_state *state, struct finding *ret, struct error *err)
{
	struct process cell = { 0, -1 };
	int ends[2], result = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int gate = ends[0], open_gate = ends[1];

	cell.pid = clone_cell(&cell.pidfd);
	if (cell.pid == 0) {
		close(open_gate);
		live(gate, probe, state, ret);
	}
	if (cell.pid < 0)
		return userns_failed(err, -cell.pid, USERNS_CLONE);
	if (maps)
		result = write_maps(maps, cell.pid, err);
	if (result == 0 && write(open_gate, "", 1) != 1)
		result = error_set(err, errno, "open the cell's gate");
	if (result < 0) {
		process_clear(&cell);
		return result;
	}
	(void)process_wait(&cell);
	return 0;
}

void cell_probe(probe_fn *probe, struct probe_state *state, struct finding *ret)
{
	auto_with(cell_maps_clear) struct cell_maps maps = { 0 };
	struct error err = { 0 };

	if (cell_maps_make(state->ids, &maps, &err) < 0 ||
	    cell_run(&maps, probe, state, ret, &err) < 0) {
		finding_say(ret, PROBE_FAIL,
			    "the namespace for it could not be made");
		finding_error(ret, &err);
	}
}
