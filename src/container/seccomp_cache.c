// SPDX-License-Identifier: Apache-2.0
/* An entry is a file: struct header, then the key, which is the profile as
 * bytes, then the instructions. It is named after a hash of the key, and has
 * its name only when it is whole.
 */
#include "container/seccomp_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/log.h"
#include "container/name.h"

enum { ENTRIES_MAX = 64, ENTRY_MAX = 4 << 20 };

struct header {
	char magic[8];
	uint32_t key_size;
	uint32_t length; /* instructions */
	uint64_t flags;
};

static const char magic[8] = "holtbpf2";

static void put(FILE *out, const void *bytes, size_t size)
{
	if (size) /* then @bytes may be NULL, which fwrite() doesn't allow */
		(void)fwrite(bytes, 1, size, out);
}

static void put_number(FILE *out, uint64_t number)
{
	put(out, &number, sizeof(number));
}

static void put_rule(FILE *out, const struct seccomp_rule *rule)
{
	put_number(out, rule->action);
	put_number(out, rule->names.count);
	for (size_t i = 0; i < rule->names.count; i++)
		put(out, rule->names.items[i],
		    strlen(rule->names.items[i]) + 1);
	put_number(out, rule->arg_count);
	for (size_t i = 0; i < rule->arg_count; i++) {
		put_number(out, rule->args[i].index);
		put_number(out, rule->args[i].op);
		put_number(out, rule->args[i].value);
		put_number(out, rule->args[i].value_two);
	}
}

/* Everything that the program depends on. */
static char *make_key(const struct seccomp_profile *profile, size_t *ret_size)
{
	char *key = NULL;
	FILE *out = open_memstream(&key, ret_size);

	if (!out)
		return NULL;
	put(out, HOLT_VERSION, sizeof(HOLT_VERSION));
	put_number(out, seccomp_library_version());
	put_number(out, profile->default_action);
	put_number(out, profile->flags);
	put_number(out, profile->fail_unknown);
	put_number(out, profile->architecture_count);
	put(out, profile->architectures,
	    profile->architecture_count * sizeof(*profile->architectures));
	put_number(out, profile->rule_count);
	for (size_t i = 0; i < profile->rule_count; i++)
		put_rule(out, &profile->rules[i]);
	if (fclose(out) == 0)
		return key;
	free(key);
	return NULL;
}

/* FNV-1a */
static uint64_t hash(const char *bytes, size_t size)
{
	uint64_t value = 14695981039346656037ULL;

	for (size_t i = 0; i < size; i++)
		value = (value ^ (unsigned char)bytes[i]) * 1099511628211ULL;
	return value;
}

/* Return: is @text an entry, whole and for this key? */
static bool take(const char *text, size_t size, const char *key,
		 size_t key_size, struct seccomp_program *ret)
{
	struct header header;
	size_t code_size;

	if (size < sizeof(header))
		return false;
	memcpy(&header, text, sizeof(header));
	code_size = header.length * sizeof(*ret->code);
	if (memcmp(header.magic, magic, sizeof(magic)) != 0 ||
	    header.key_size != key_size || header.length == 0 ||
	    header.length > BPF_MAXINSNS ||
	    size != sizeof(header) + key_size + code_size ||
	    memcmp(text + sizeof(header), key, key_size) != 0)
		return false;
	ret->code = xcalloc(header.length, sizeof(*ret->code));
	memcpy(ret->code, text + sizeof(header) + key_size, code_size);
	ret->length = (unsigned short)header.length;
	ret->flags = header.flags;
	return true;
}

static bool find(int dir, const char *name, const char *key, size_t key_size,
		 struct seccomp_program *ret)
{
	auto_close int fd =
		openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free char *text = NULL;
	struct error ignored;
	struct stat st;
	size_t size;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       fd_read_text(fd, ENTRY_MAX, &text, &size, &ignored) == 0 &&
	       take(text, size, key, key_size, ret);
}

/* Remove the oldest when there are too many. */
static void make_room(int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	char oldest[NAME_MAX + 1] = "";
	time_t when = 0;
	size_t count = 0;
	struct stat st;

	while (stream && (entry = readdir(stream))) {
		if (entry->d_name[0] == '.' ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		count++;
		if (*oldest && st.st_mtime >= when)
			continue;
		when = st.st_mtime;
		memcpy(oldest, entry->d_name, strlen(entry->d_name) + 1);
	}
	if (count >= ENTRIES_MAX)
		(void)unlinkat(dir, oldest, 0);
}

static void keep(int dir, const char *name, char *key, size_t key_size,
		 const struct seccomp_program *program)
{
	struct header header = {
		.key_size = (uint32_t)key_size,
		.length = program->length,
		.flags = program->flags,
	};
	const struct iovec parts[] = {
		{ &header, sizeof(header) },
		{ key, key_size },
		{ program->code, program->length * sizeof(*program->code) },
	};
	int result;

	memcpy(header.magic, magic, sizeof(magic));
	make_room(dir);
	result = file_put(dir, name, parts, ARRAY_COUNT(parts), 0600);
	if (result < 0)
		log_debug("the seccomp program isn't kept: %s",
			  strerror(-result));
}

static int open_cache(void)
{
	auto_free char *base = NULL;
	auto_free char *path = NULL;
	struct error ignored;
	struct stat st;

	if (runtime_directory(&base, &ignored) < 0)
		return -1;
	path = xasprintf("%s/seccomp", base);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -1;

	auto_close int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != geteuid() ||
	    (st.st_mode & 022))
		return -1;
	return steal_fd(&fd);
}

int seccomp_cache_compile(const struct seccomp_profile *profile,
			  uint64_t capabilities, struct seccomp_program *ret,
			  struct error *err)
{
	auto_free char *key = NULL;
	char name[24];
	size_t key_size = 0;

	if (profile->kind != SECCOMP_PROFILE)
		return seccomp_compile(profile, capabilities, ret, err);

	auto_close int dir = open_cache();

	key = dir < 0 ? NULL : make_key(profile, &key_size);
	(void)snprintf(name, sizeof(name), "%016" PRIx64,
		       key ? hash(key, key_size) : 0);
	if (key && find(dir, name, key, key_size, ret))
		return 0;
	if (seccomp_compile(profile, capabilities, ret, err) < 0)
		return -err->code;
	if (key)
		keep(dir, name, key, key_size, ret);
	return 0;
}
