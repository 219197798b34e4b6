// SPDX-License-Identifier: Apache-2.0
#include "runtime/ps_process.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

enum { TEXT_MAX = 1 << 20 };

static int read_file(pid_t pid, const char *name, char **ret_text,
		     size_t *ret_size)
{
	struct error ignored;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_read_text(path, TEXT_MAX, ret_text, ret_size, &ignored) < 0
		       ? -ESRCH
		       : 0;
}

/* Numbers with blanks between them. Return: how many of @room there are */
static size_t read_numbers(const char *text, long long *ret, size_t room)
{
	char *end;

	for (size_t i = 0; i < room; i++) {
		ret[i] = strtoll(text, &end, 10);
		if (end == text)
			return i;
		text = end;
	}
	return room;
}

/* proc_pid_stat(5) counts from 1; these follow the third field, the state. */
enum stat_number {
	STAT_PPID = 0,
	STAT_GROUP = 1,
	STAT_SESSION = 2,
	STAT_TERMINAL = 3,
	STAT_USER = 10,
	STAT_SYSTEM = 11,
	STAT_CHILDREN_USER = 12,
	STAT_CHILDREN_SYSTEM = 13,
	STAT_NICE = 15,
	STAT_THREADS = 16,
	STAT_STARTED = 18,
	STAT_SIZE = 19,
	STAT_RESIDENT = 20,
	STAT_COUNT
};

static int read_stat(struct ps_process *process)
{
	auto_free char *text = NULL;
	long long numbers[STAT_COUNT];

	if (read_file(process->pid, "stat", &text, NULL) < 0)
		return -ESRCH;

	/* The name may hold anything, also parentheses. */
	char *from = strchr(text, '('), *to = strrchr(text, ')');

	if (!from || !to || strlen(to) < 4 ||
	    read_numbers(to + 3, numbers, STAT_COUNT) < STAT_COUNT)
		return -ESRCH;
	*to = '\0';
	(void)snprintf(process->name, sizeof(process->name), "%s", from + 1);
	process->state = to[2];
	process->ppid = (pid_t)numbers[STAT_PPID];
	process->group = (pid_t)numbers[STAT_GROUP];
	process->session = (pid_t)numbers[STAT_SESSION];
	process->terminal = (unsigned int)numbers[STAT_TERMINAL];
	process->ticks = (uint64_t)(numbers[STAT_USER] + numbers[STAT_SYSTEM]);
	process->user_ticks =
		(uint64_t)(numbers[STAT_USER] + numbers[STAT_CHILDREN_USER]);
	process->system_ticks = (uint64_t)(numbers[STAT_SYSTEM] +
					   numbers[STAT_CHILDREN_SYSTEM]);
	process->nice = (long)numbers[STAT_NICE];
	process->threads = (uint64_t)numbers[STAT_THREADS];
	process->started = (uint64_t)numbers[STAT_STARTED];
	process->size_kib = (uint64_t)numbers[STAT_SIZE] / 1024;
	process->resident_kib = (uint64_t)numbers[STAT_RESIDENT] *
				(uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	return 0;
}

/* The number at @index of the line "name: 1 2 3". Return: -1 if there is none
 */
static long long number_in(const char *text, const char *name, size_t index)
{
	const char *line = strstr(text, name);
	long long numbers[4];

	if (!line ||
	    read_numbers(line + strlen(name), numbers, index + 1) <= index)
		return -1;
	return numbers[index];
}

static int read_ids(struct ps_process *process)
{
	auto_free char *text = NULL;

	if (read_file(process->pid, "status", &text, NULL) < 0)
		return -ESRCH;

	/* The second one is the effective id. */
	long long uid = number_in(text, "\nUid:", 1);
	long long gid = number_in(text, "\nGid:", 1);

	if (uid < 0 || gid < 0)
		return -ESRCH;
	process->uid = (uid_t)uid;
	process->gid = (gid_t)gid;
	return 0;
}

/* On a terminal nothing of it shall be more than text. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

static int read_command(struct ps_process *process)
{
	size_t size;

	if (read_file(process->pid, "cmdline", &process->command, &size) < 0)
		return -ESRCH;
	while (size > 0 && !process->command[size - 1])
		size--;
	for (size_t i = 0; i < size; i++)
		if (!process->command[i])
			process->command[i] = ' ';
	if (size == 0) {
		free(process->command);
		process->command = xasprintf("[%s]", process->name);
	}
	make_plain(process->command);
	make_plain(process->name);
	return 0;
}

int ps_process_read(pid_t pid, struct ps_process *ret)
{
	struct ps_process process = { .pid = pid };

	if (read_stat(&process) < 0 || read_ids(&process) < 0 ||
	    read_command(&process) < 0) {
		ps_process_clear(&process);
		return -ESRCH;
	}
	*ret = process;
	return 0;
}

void ps_process_clear(struct ps_process *process)
{
	free(process->command);
	*process = (struct ps_process){ 0 };
}

void ps_clock_read(struct ps_clock *ret)
{
	struct timespec since_boot = { 0 };
	auto_free char *text = NULL;
	struct error ignored;
	long long total = -1;

	(void)clock_gettime(CLOCK_BOOTTIME, &since_boot);
	*ret = (struct ps_clock){
		.now = time(NULL),
		.per_second = sysconf(_SC_CLK_TCK),
	};
	ret->ticks =
		(uint64_t)(since_boot.tv_sec * ret->per_second +
			   since_boot.tv_nsec * ret->per_second / 1000000000);
	if (file_read_text("/proc/meminfo", TEXT_MAX, &text, NULL, &ignored) ==
	    0)
		total = number_in(text, "MemTotal:", 0);
	if (total > 0)
		ret->memory_kib = (uint64_t)total;
}
