// SPDX-License-Identifier: Apache-2.0
/* The steps of init, one file each. All run in the child between clone3(2) and
 * execve(2): no heap, no stdio, nothing decided that the plan could have said.
 */
#ifndef INIT_STEP_H
#define INIT_STEP_H

#include "init/sync.h"
#include "plan/plan.h"

/* Where init stands. Descriptors are close-on-exec and -1 until they are. */
struct init {
	const struct plan *plan;
	int sync;
	const int *joins; /* a namespace for each of plan->joins */
	int *mounts;  /* a tree for each of plan->mounts; -1: not made yet */
	int root;     /* the new root: first a tree, then attached */
	int place;    /* directory it is attached to; -1: "/" */
	int scratch;  /* a tmpfs outside the new root, gone once that is entered
		       */
	int proc;     /* the container's /proc */
	int devpts;   /* the container's terminals */
	int null;     /* the host's /dev/null, known to be it */
	int console;  /* terminal of the command, its own side */
	mode_t umask; /* the caller's; ours is 0 */
	bool is_free; /* lives on without the parent */
	bool joined;  /* the container was there before: nothing of its files is
		       * made or changed for us */
};

typedef int step_fn(struct init *init, struct error *err);

/* init.c: what every process of a container goes through, the first one and
 * those that come in later (enter.c).
 */

/** init_begin() - Fill in @init for the first step. */
void init_begin(struct init *init, const struct plan *plan, int sync);

/** init_run_steps() - One step after the other, up to the first that fails. */
must_check int init_run_steps(step_fn *const *list, size_t count,
			      struct init *init, struct error *err);

/** init_wait_for() - Wait for the parent's next word, which has to be @stage.
 */
must_check int init_wait_for(const struct init *init, enum stage stage,
			     struct error *err);

/** init_become_command() - The last steps. Returns only on failure. */
must_check int init_become_command(struct init *init, struct error *err);

/* init.c: end when the parent ends, unless we are free of it. */
must_check int step_die_with_parent(struct init *init, struct error *err);

/* namespaces.c: join and make namespaces; then, with ids, their settings. */
must_check int step_namespaces(struct init *init, struct error *err);
/** namespaces_part_mounts() - No mount of ours gets back to the caller. */
must_check int namespaces_part_mounts(const struct plan *plan,
				      struct error *err);
must_check int step_lend_socket(struct init *init, struct error *err);
must_check int step_cgroup_namespace(struct init *init, struct error *err);
must_check int step_names(struct init *init, struct error *err);

/* root.c: open the root's tree; attach it; make it "/" and let go the old. From
 * attaching on the new root lies over "/": a path of the host's with ".." in it
 * leads into it. So every such path is opened before, or is free of "..".
 */
must_check int step_root_open(struct init *init, struct error *err);
must_check int step_root_attach(struct init *init, struct error *err);
must_check int step_root_enter(struct init *init, struct error *err);

/**
 * step_overlay_open() - A root that is an overlay (overlay.c)
 *
 * Return: descriptor of its tree, negative errno
 */
must_check int step_overlay_open(const struct init *init, struct error *err);

/* mounts.c: make what needs no ids; make the rest and attach all, in order. */
must_check int step_mounts_open(struct init *init, struct error *err);
must_check int step_mounts_attach(struct init *init, struct error *err);

/** file_make() - Make one file in the root. Return: 0, negative errno */
must_check int file_make(struct init *init, const struct file_op *op);

/* files.c, devices.c, mask.c: what is in the root beside mounts. */
must_check int step_files(struct init *init, struct error *err);
must_check int step_devices(struct init *init, struct error *err);
must_check int step_mask(struct init *init, struct error *err);

/* terminal.c: a pty of the container's own devpts; its master to the parent;
 * its other side as /dev/console.
 */
must_check int step_terminal(struct init *init, struct error *err);
must_check int step_console(struct init *init, struct error *err);
/** terminal_take_stdio() - Descriptors 0 to 2 are the terminal, if there is one
 */
must_check int terminal_take_stdio(const struct init *init, struct error *err);

/* settings.c: sysctl, session keyring, and that rlimits can be set; before the
 * masks, which make /proc/sys read-only. The limits themselves are set for the
 * command alone: neither our own steps nor hooks shall run short. The OOM score
 * while /proc is still the host's and the file there ours: changing ids gives
 * it to root.
 */
must_check int oom_score_set(const struct spec_process *process,
			     struct error *err);
must_check int step_oom_score(struct init *init, struct error *err);
must_check int limits_set(const struct spec_process *process,
			  struct error *err);
must_check int step_settings(struct init *init, struct error *err);

/* schedule.c: what the scheduler and the allocator shall do for the command. */
must_check int step_schedule(struct init *init, struct error *err);

/* home.c: HOME of who has none. */
must_check int step_home(struct init *init, struct error *err);

/* label.c: what security modules shall make of the command. */
must_check int step_label(struct init *init, struct error *err);

/* user.c: working directory, limits, groups, ids. */
must_check int step_become_root(struct init *init, struct error *err);
must_check int step_user(struct init *init, struct error *err);

/**
 * filter_load() - Load the filter of system calls, if there is one (filter.c)
 *
 * One with a listener: when this returns, the parent has passed that on.
 */
must_check int filter_load(const struct init *init, struct error *err);

/**
 * bypass_load() - Load the filter that notifies holt-net (bypass.c)
 *
 * When this returns, it answers. Return: 0, negative errno
 */
must_check int bypass_load(const struct init *init, struct error *err);

/* confine.c: no_new_privs, capabilities, filter. */
must_check int step_confine(struct init *init, struct error *err);
/** capabilities_read() - Those that we may use. Return: 0, negative errno */
must_check int capabilities_read(uint64_t *ret, struct error *err);
must_check int capabilities_set(uint64_t effective, uint64_t permitted,
				uint64_t inheritable, struct error *err);

/* hooks.c: programs of others in the container's namespaces. */
must_check int step_create_hooks(struct init *init, struct error *err);
must_check int step_start_hooks(struct init *init, struct error *err);

/* park.c: wait for whoever starts the container, as long as that takes. */
must_check int step_park(struct init *init, struct error *err);

/* exec.c: is there such a command? Then: have its terminal, descriptors and
 * signals; find it and become it, which returns only on failure.
 */
must_check int step_find(struct init *init, struct error *err);
must_check int step_dress(struct init *init, struct error *err);
must_check int step_exec(struct init *init, struct error *err);

/**
 * loader_find() - The program that the kernel executes a file with (loader.c)
 * @path:	Of a script, or of an ELF file with a dynamic loader
 * @ret:	Its path, as the file has it
 * @room:	LOADER_ROOM bytes are enough for what is seen
 *
 * Return: is there one, can the file be read, and the path be shown?
 */
bool loader_find(const char *path, char *ret, size_t room);
enum { LOADER_ROOM = 256 };

/**
 * reaper_run() - Be PID 1: start the command, pass signals on, reap (reaper.c)
 * @command:	Becomes the command, or fails; run in a child that borrows our
 *		memory until then
 *
 * Return: negative errno if there is no command; else it doesn't
 */
must_check int reaper_run(struct init *init,
			  int (*command)(struct init *init, struct error *err),
			  struct error *err);

/** init_warn() - A line for the user that doesn't stop anything. */
void init_warn(const struct init *init, const struct error *err);

#endif
