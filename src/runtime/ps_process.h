// SPDX-License-Identifier: Apache-2.0
/* What `ps` says of a process, column by column, from /proc. */
#ifndef RUNTIME_PS_PROCESS_H
#define RUNTIME_PS_PROCESS_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/alloc.h"

/* proc_pid_stat(5) and proc_pid_status(5), as far as they are shown. */
struct ps_process {
	pid_t pid, ppid, group, session;
	unsigned int terminal; /* tty_nr; 0: none */
	char state;
	uid_t uid; /* effective */
	gid_t gid;
	char name[64];  /* comm */
	char *command;  /* words of the command line; owned */
	uint64_t ticks; /* of CPU time */
	/* With children that were waited for */
	uint64_t user_ticks, system_ticks;
	uint64_t started; /* ticks after boot */
	uint64_t threads;
	uint64_t size_kib, resident_kib;
	long nice;
};

/* When it is, for columns that count from or to now. */
struct ps_clock {
	time_t now;
	uint64_t ticks;  /* since boot */
	long per_second; /* ticks */
	uint64_t memory_kib;
};

struct ps_column {
	const char *name;  /* for -o */
	const char *title; /* first line */
	bool is_number;    /* to the right */
	char *(*text)(const struct ps_process *process,
		      const struct ps_clock *clock); /* owned */
};

/** ps_process_read() - Look at a process. Return: 0, -ESRCH: it is gone */
must_check int ps_process_read(pid_t pid, struct ps_process *ret);

void ps_process_clear(struct ps_process *process);

/** ps_clock_read() - What time it is. */
void ps_clock_read(struct ps_clock *ret);

/**
 * ps_column_find() - The column of a name
 * @length:	Bytes of @called that count
 *
 * Return: NULL if there is none
 */
const struct ps_column *ps_column_find(const char *called, size_t length);

#endif
