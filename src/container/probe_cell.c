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

struct cell {
	struct process process;
	int gate; /* a byte lets it go on, the end ends it */
};

/* In the cell: wait until the ids are mapped and we are let go on. */
static void wait_at(int gate)
{
	char go;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(gate, &go, 1) != 1)
		_exit(0);
}

/* Return: 0: it waits; 1: this is it, and it goes on; negative errno */
must_check static int begin(const struct cell_maps *maps, struct cell *ret,
			    struct error *err)
{
	struct process process = { 0, -1 };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int gate = ends[0], open_gate = ends[1];

	process.pid = clone_cell(&process.pidfd);
	if (process.pid == 0) {
		close(steal_fd(&open_gate));
		wait_at(gate);
		return 1;
	}
	if (process.pid < 0)
		return userns_failed(err, -process.pid, USERNS_CLONE);
	if (maps && write_maps(maps, process.pid, err) < 0) {
		process_clear(&process);
		return -err->code;
	}
	*ret = (struct cell){ process, steal_fd(&open_gate) };
	return 0;
}

int cell_run(const struct cell_maps *maps, probe_fn *probe,
	     struct probe_state *state, struct finding *ret, struct error *err)
{
	struct cell cell = { { 0, -1 }, -1 };
	int result = begin(maps, &cell, err);

	if (result > 0) {
		probe(state, ret);
		_exit(0);
	}
	if (result < 0)
		return result;
	if (write(cell.gate, "", 1) != 1) {
		result = error_set(err, errno, "open the cell's gate");
		process_clear(&cell.process);
	} else {
		(void)process_wait(&cell.process);
	}
	close(cell.gate);
	return result;
}

int cell_visit(const struct cell_maps *maps, cell_visit_fn *visit,
	       void *argument, struct error *err)
{
	struct cell cell = { { 0, -1 }, -1 };
	int result = begin(maps, &cell, err);

	if (result > 0)
		_exit(0);
	if (result < 0)
		return result;
	result = visit(&cell.process, argument, err);
	process_clear(&cell.process);
	close(cell.gate);
	return result;
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
