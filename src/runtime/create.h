// SPDX-License-Identifier: Apache-2.0
/* Making a container, for `create` and `run`: all of it, or nothing. */
#ifndef RUNTIME_CREATE_H
#define RUNTIME_CREATE_H

#include "container/hooks.h"
#include "container/launch.h"
#include "container/state.h"
#include "runtime/request.h"
#include "runtime/runtime.h"

/* The options of `create`, and with .detach and .keep those of `run`. */
struct create_settings {
	const char *bundle; /* NULL: the current directory */
	const char *config, *pid_file, *console_socket, *pidfd_socket;
	bool no_pivot, no_new_keyring, no_subreaper;
	unsigned int preserve_fds;
	bool detach, keep;
};

/* Rows of the options that `create` and `run` share, for their tables. */
#define CREATE_OPTION_ROWS \
	{ \
		.name = "bundle", \
		.letter = 'b', \
		.value = "DIR", \
		.offer = OFFER_DIRECTORY, \
		.help = "directory with config.json; the current one if not given", \
		OPTION_FIELD(struct create_settings, bundle), \
	}, \
		{ \
			.name = "config", \
			.letter = 'f', \
			.value = "FILE", \
			.offer = OFFER_FILE, \
			.help = "read FILE in place of the bundle's config.json", \
			OPTION_FIELD(struct create_settings, config), \
		}, \
		{ \
			.name = "console-socket", \
			.value = "PATH", \
			.offer = OFFER_FILE, \
			.help = "socket that gets the terminal's master descriptor", \
			OPTION_FIELD(struct create_settings, console_socket), \
		}, \
		{ \
			.name = "no-new-keyring", \
			.help = "stay in the caller's session keyring", \
			OPTION_FIELD(struct create_settings, no_new_keyring), \
		}, \
		{ \
			.name = "no-pivot", \
			.help = "accepted; the root is entered by pivot_root(2) all the same", \
			OPTION_FIELD(struct create_settings, no_pivot), \
		}, \
		{ \
			.name = "no-subreaper", \
			.hidden = true, \
			OPTION_FIELD(struct create_settings, no_subreaper), \
		}, \
		{ \
			.name = "pid-file", \
			.value = "FILE", \
			.offer = OFFER_FILE, \
			.help = "write the process id of the container's init to FILE", \
			OPTION_FIELD(struct create_settings, pid_file), \
		}, \
		{ \
			.name = "pidfd-socket", \
			.value = "PATH", \
			.offer = OFFER_FILE, \
			.help = "socket that gets a pidfd of the container's init", \
			OPTION_FIELD(struct create_settings, pidfd_socket), \
		}, \
	{ \
		.name = "preserve-fds", .value = "N", \
		.help = "pass on N descriptors more, from 3 on", \
		OPTION_PARSED(struct create_settings, preserve_fds, \
			      option_parse_descriptors), \
	}

enum create_mode {
	CREATE_PARKED,   /* `create`: waits for `start` */
	CREATE_DETACHED, /* `run --detach` */
	CREATE_ATTENDED, /* `run`: we stay with it */
};

/* A container that is being made, or has been. */
struct creation {
	const struct runtime *runtime;          /* borrowed */
	const struct create_settings *settings; /* borrowed */
	enum create_mode mode;
	struct request request;
	struct state_dir dir;
	struct state state;
	struct cgroup_request cgroup_request;
	struct plan plan;
	struct hooks_setting hooks;
	const char *listener; /* socket of its filter's; NULL: none */
	struct running running;
	int notify;       /* where the container says that it is ready; -1 */
	bool is_launched; /* from then on hooks may have run */
};

/**
 * create_container() - Make it
 * @creation:	.runtime, .settings and .mode are given; the rest is zero
 * @id:		Of the container
 * @err:	Nothing is left of the container then
 *
 * Return: 0, negative errno
 */
must_check int create_container(struct creation *creation, const char *id,
				struct error *err);

/**
 * create_undo() - Take back what create_container() has made
 * @creation:	Its process is killed if it still runs
 *
 * What can't be removed is a warning.
 */
void create_undo(struct creation *creation);

/** creation_clear() - Free it; a container that was made lives on. */
void creation_clear(struct creation *creation);

#endif
