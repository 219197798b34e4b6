// SPDX-License-Identifier: Apache-2.0
/* What 'holt run hello' runs: says what a container looks like from inside. It
 * is linked static and the only program of its root, so it asks the kernel and
 * /proc alone.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	LABEL_WIDTH = 14,
	LINE_WIDTH = 79,
	INTERFACES_MAX = 6, /* that are named: a host has many */
	EXTENTS_MAX = 3,    /* parts of an id map that are told one by one */
	STATUS_MAX = 16384, /* bytes of /proc/self/status */
};

/* A row of text that is broken between words. */
struct row {
	int column;
};

static void row_begin(struct row *row, const char *label)
{
	(void)printf("%-*s", LABEL_WIDTH, label);
	row->column = LABEL_WIDTH;
}

__attribute__((format(printf, 2, 3))) static void row_add(struct row *row,
							  const char *fmt, ...)
{
	char word[128];
	int length;
	va_list args;

	va_start(args, fmt);
	length = vsnprintf(word, sizeof(word), fmt, args);
	va_end(args);
	if (row->column > LABEL_WIDTH &&
	    row->column + 1 + length > LINE_WIDTH) {
		(void)printf("\n%*s", LABEL_WIDTH, "");
		row->column = LABEL_WIDTH;
	}
	if (row->column > LABEL_WIDTH)
		row->column += printf(" ");
	row->column += printf("%s", word);
}

static void row_end(void)
{
	(void)putchar('\n');
}

static void say(const char *label, const char *text)
{
	(void)printf("%-*s%s\n", LABEL_WIDTH, label, text);
}

/* Files of /proc have no size before they are read. Return: false: there is
 * none
 */
static bool read_text(const char *path, char *ret, size_t room)
{
	FILE *file = fopen(path, "re");
	size_t size = file ? fread(ret, 1, room - 1, file) : 0;

	if (file)
		(void)fclose(file);
	ret[size] = '\0';
	return size > 0;
}

/* What follows "NAME:" in /proc/self/status; NULL: there is no such line */
static const char *status_find(const char *status, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = status; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ':')
			return line + length + 1 +
			       strspn(line + length + 1, " \t");
	}
	return NULL;
}

static uint64_t status_set(const char *status, const char *name)
{
	const char *value = status_find(status, name);

	return value ? strtoull(value, NULL, 16) : 0;
}

static void tell_user(void)
{
	gid_t groups[32];
	int count = getgroups(32, groups);
	struct row row;

	row_begin(&row, "user");
	row_add(&row, "%suid %u,", geteuid() ? "" : "root: ", geteuid());
	row_add(&row, "gid %u%s", getegid(), count > 0 ? "," : "");
	if (count > 0)
		row_add(&row, "groups");
	for (int i = 0; i < count; i++)
		row_add(&row, "%u", groups[i]);
	row_end();
}

static void add_extent(struct row *row, unsigned long long inside,
		       unsigned long long outside, unsigned long long count)
{
	if (count == 1)
		row_add(row, "%llu is %llu outside;", inside, outside);
	else
		row_add(row, "%llu-%llu are %llu-%llu;", inside,
			inside + count - 1, outside, outside + count - 1);
}

/* One line an extent: first id here, first outside, how many. */
static void tell_map(const char *label, const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned long long total = 0;
	char line[128];
	int extents = 0;
	struct row row;

	row_begin(&row, label);
	while (file && fgets(line, sizeof(line), file)) {
		char *at = line;
		unsigned long long inside = strtoull(at, &at, 10);
		unsigned long long outside = strtoull(at, &at, 10);
		unsigned long long count = strtoull(at, NULL, 10);

		if (extents++ < EXTENTS_MAX)
			add_extent(&row, inside, outside, count);
		total += count;
	}
	if (file)
		(void)fclose(file);
	if (total == 0)
		row_add(&row, "unknown");
	else if (total == 1)
		row_add(&row, "there are no others");
	else
		row_add(&row, "%llu in all", total);
	row_end();
}

static void add_capabilities(struct row *row, uint64_t set)
{
	for (cap_value_t number = 0; number < cap_max_bits(); number++) {
		char *name =
			set & (1ULL << number) ? cap_to_name(number) : NULL;

		if (!name)
			continue;
		for (char *c = name; *c; c++)
			*c = (char)(toupper)((unsigned char)*c);
		row_add(row, "%s", name + strlen("cap_"));
		(void)cap_free(name);
	}
}

static void tell_capabilities(const char *status)
{
	uint64_t effective = status_set(status, "CapEff");
	uint64_t bounding = status_set(status, "CapBnd");
	struct row row;

	row_begin(&row, "capabilities");
	if (!status_find(status, "CapEff"))
		row_add(&row, "unknown");
	else if (__builtin_popcountll(effective) == cap_max_bits())
		row_add(&row, "all %d", cap_max_bits());
	else if (effective)
		add_capabilities(&row, effective);
	else if (bounding)
		row_add(&row, "none now; a setuid program could get %d",
			__builtin_popcountll(bounding));
	else
		row_add(&row, "none");
	row_end();
}

static void tell_locks(const char *status)
{
	const char *no_new = status_find(status, "NoNewPrivs");
	const char *seccomp = status_find(status, "Seccomp");

	if (no_new)
		say("privileges",
		    *no_new == '1' ? "no_new_privs: no program can gain any"
				   : "setuid programs work");
	else
		say("privileges", "unknown");
	if (seccomp)
		say("system calls",
		    *seccomp == '0' ? "not filtered" : "filtered by seccomp");
	else
		say("system calls", "unknown");
}

static void tell_host_name(void)
{
	char name[256] = "";

	(void)gethostname(name, sizeof(name) - 1);
	say("host name", name);
}

static unsigned int count_processes(void)
{
	DIR *dir = opendir("/proc");
	unsigned int count = 0;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		count += isdigit((unsigned char)entry->d_name[0]) != 0;
	if (dir)
		(void)closedir(dir);
	return count;
}

static void tell_processes(void)
{
	char first[64];
	struct row row;

	row_begin(&row, "processes");
	if (read_text("/proc/1/comm", first, sizeof(first))) {
		first[strcspn(first, "\n")] = '\0';
		row_add(&row, "%u can be seen: 1 is %s,", count_processes(),
			first);
	}
	row_add(&row, "this is %d", getpid());
	row_end();
}

static void add_addresses(struct row *row, const struct ifaddrs *all,
			  const char *name)
{
	char text[INET_ADDRSTRLEN];

	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		struct sockaddr_in address;

		if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET ||
		    strcmp(at->ifa_name, name) != 0)
			continue;
		memcpy(&address, at->ifa_addr, sizeof(address));
		if (inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text)))
			row_add(row, "%s", text);
	}
}

static void tell_network(void)
{
	struct ifaddrs *all = NULL;
	bool is_alone = true;
	int count = 0;
	struct row row;

	row_begin(&row, "network");
	if (getifaddrs(&all) < 0)
		row_add(&row, "unknown");
	/* Every interface has one entry of this family. */
	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		if (!at->ifa_addr || at->ifa_addr->sa_family != AF_PACKET)
			continue;
		is_alone = is_alone && strcmp(at->ifa_name, "lo") == 0;
		if (count++ >= INTERFACES_MAX)
			continue;
		row_add(&row, "%s:", at->ifa_name);
		add_addresses(&row, all, at->ifa_name);
	}
	if (count > INTERFACES_MAX)
		row_add(&row, "and %d more", count - INTERFACES_MAX);
	if (all && is_alone)
		row_add(&row, "and nothing outside can be reached");
	row_end();
	freeifaddrs(all);
}

static void tell_root(void)
{
	struct statvfs root;

	if (statvfs("/", &root) < 0)
		say("root", "unknown");
	else if (root.f_flag & ST_RDONLY)
		say("root", "read-only");
	else
		say("root", "can be written to, until the container ends");
}

int main(void)
{
	char status[STATUS_MAX] = "";

	(void)read_text("/proc/self/status", status, sizeof(status));
	(void)puts(
		"Hello from a container of holt. This is what it sees of itself:\n");
	tell_user();
	tell_map("user ids", "/proc/self/uid_map");
	tell_map("group ids", "/proc/self/gid_map");
	tell_capabilities(status);
	tell_locks(status);
	tell_host_name();
	tell_processes();
	tell_network();
	tell_root();
	(void)puts("\nNext, a shell to try things in: holt run -it busybox");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
