// SPDX-License-Identifier: Apache-2.0
/* The columns of `ps`, by the names that ps(1) has for them. */
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/cleanup.h"
#include "runtime/ps_process.h"

#define COLUMN(function) \
	static char *function(const struct ps_process *p, \
			      const struct ps_clock *clock)

static uint64_t seconds_of_life(const struct ps_process *p,
				const struct ps_clock *clock)
{
	return clock->ticks > p->started ? (clock->ticks - p->started) /
						   (uint64_t)clock->per_second
					 : 0;
}

/* [DD-]HH:MM:SS */
static char *duration(uint64_t seconds)
{
	uint64_t days = seconds / 86400;
	unsigned int rest = (unsigned int)(seconds % 86400);

	return days ? xasprintf("%lu-%02u:%02u:%02u", days, rest / 3600,
				rest / 60 % 60, rest % 60)
		    : xasprintf("%02u:%02u:%02u", rest / 3600, rest / 60 % 60,
				rest % 60);
}

/* In hundredths: how much of a CPU it has had since it was started. */
static uint64_t use_of_cpu(const struct ps_process *p,
			   const struct ps_clock *clock)
{
	uint64_t life =
		clock->ticks > p->started ? clock->ticks - p->started : 1;

	return p->ticks * 1000 / life;
}

COLUMN(user)
{
	const struct passwd *entry = getpwuid(p->uid);

	(void)clock;
	return entry ? xstrdup(entry->pw_name) : xasprintf("%u", p->uid);
}

COLUMN(uid)
{
	(void)clock;
	return xasprintf("%u", p->uid);
}

COLUMN(group)
{
	const struct group *entry = getgrgid(p->gid);

	(void)clock;
	return entry ? xstrdup(entry->gr_name) : xasprintf("%u", p->gid);
}

COLUMN(gid)
{
	(void)clock;
	return xasprintf("%u", p->gid);
}

COLUMN(pid)
{
	(void)clock;
	return xasprintf("%d", p->pid);
}

COLUMN(ppid)
{
	(void)clock;
	return xasprintf("%d", p->ppid);
}

COLUMN(pgid)
{
	(void)clock;
	return xasprintf("%d", p->group);
}

COLUMN(sid)
{
	(void)clock;
	return xasprintf("%d", p->session);
}

COLUMN(cpu)
{
	return xasprintf("%lu", use_of_cpu(p, clock) / 10);
}

COLUMN(cpu_exact)
{
	uint64_t use = use_of_cpu(p, clock);

	return xasprintf("%lu.%lu", use / 10, use % 10);
}

COLUMN(memory)
{
	uint64_t use = clock->memory_kib
			       ? p->resident_kib * 1000 / clock->memory_kib
			       : 0;

	return xasprintf("%lu.%lu", use / 10, use % 10);
}

COLUMN(size)
{
	(void)clock;
	return xasprintf("%lu", p->size_kib);
}

COLUMN(resident)
{
	(void)clock;
	return xasprintf("%lu", p->resident_kib);
}

COLUMN(state)
{
	(void)clock;
	return xasprintf("%c", p->state);
}

COLUMN(niceness)
{
	(void)clock;
	return xasprintf("%ld", p->nice);
}

COLUMN(threads)
{
	(void)clock;
	return xasprintf("%lu", p->threads);
}

/* Today the time, this year the day, else the year. */
COLUMN(start)
{
	time_t started = clock->now - (time_t)seconds_of_life(p, clock);
	struct tm then = { 0 }, now = { 0 };
	char text[16];

	(void)localtime_r(&started, &then);
	(void)localtime_r(&clock->now, &now);
	(void)strftime(text, sizeof(text),
		       then.tm_year != now.tm_year   ? "%Y"
		       : then.tm_yday != now.tm_yday ? "%b%d"
						     : "%H:%M",
		       &then);
	return xstrdup(text);
}

COLUMN(elapsed)
{
	return duration(seconds_of_life(p, clock));
}

COLUMN(cpu_time)
{
	return duration(p->ticks / (uint64_t)clock->per_second);
}

/* A device number as stat(2) had it of old: minor, major, minor. */
COLUMN(terminal)
{
	unsigned int number = p->terminal;
	unsigned int major = number >> 8 & 0xfff;
	unsigned int minor = (number & 0xff) | (number >> 12 & 0xfff00);

	(void)clock;
	if (major >= 136 && major <= 143)
		return xasprintf("pts/%u", (major - 136) * 256 + minor);
	if (major == 4 && minor < 64)
		return xasprintf("tty%u", minor);
	return xstrdup("?");
}

COLUMN(name)
{
	(void)clock;
	return xstrdup(p->name);
}

COLUMN(command)
{
	(void)clock;
	return xstrdup(p->command);
}

static const struct ps_column columns[] = {
	{ "%cpu", "%CPU", true, cpu_exact },
	{ "%mem", "%MEM", true, memory },
	{ "args", "COMMAND", false, command },
	{ "c", "C", true, cpu },
	{ "cmd", "CMD", false, command },
	{ "comm", "COMMAND", false, name },
	{ "command", "COMMAND", false, command },
	{ "cputime", "TIME", true, cpu_time },
	{ "egid", "EGID", true, gid },
	{ "egroup", "EGROUP", false, group },
	{ "etime", "ELAPSED", true, elapsed },
	{ "euid", "EUID", true, uid },
	{ "euser", "EUSER", false, user },
	{ "gid", "GID", true, gid },
	{ "group", "GROUP", false, group },
	{ "ni", "NI", true, niceness },
	{ "nice", "NI", true, niceness },
	{ "nlwp", "NLWP", true, threads },
	{ "pcpu", "%CPU", true, cpu_exact },
	{ "pgid", "PGID", true, pgid },
	{ "pid", "PID", true, pid },
	{ "pmem", "%MEM", true, memory },
	{ "ppid", "PPID", true, ppid },
	{ "rss", "RSS", true, resident },
	{ "s", "S", false, state },
	{ "sid", "SID", true, sid },
	{ "start", "START", true, start },
	{ "stat", "STAT", false, state },
	{ "state", "S", false, state },
	{ "stime", "STIME", true, start },
	{ "time", "TIME", true, cpu_time },
	{ "tname", "TTY", false, terminal },
	{ "tt", "TT", false, terminal },
	{ "tty", "TTY", false, terminal },
	{ "ucmd", "CMD", false, name },
	{ "uid", "UID", true, uid },
	{ "user", "USER", false, user },
	{ "vsz", "VSZ", true, size },
};

const struct ps_column *ps_column_find(const char *called, size_t length)
{
	for (size_t i = 0; i < ARRAY_COUNT(columns); i++)
		if (strlen(columns[i].name) == length &&
		    !strncmp(columns[i].name, called, length))
			return &columns[i];
	return NULL;
}
