// SPDX-License-Identifier: Apache-2.0
/* Which file execve(2) misses, when the one it was given is there. */
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/step.h"

enum { LINE_MAX_LENGTH = 256, SEGMENTS_MAX = 64 };

/* "#!/bin/sh -e": what stands there up to the first space. */
static bool find_in_script(const char *text, size_t size, char *ret,
			   size_t room)
{
	size_t at = 2, length;

	while (at < size && (text[at] == ' ' || text[at] == '\t'))
		at++;
	for (length = 0; at + length < size; length++)
		if (strchr(" \t\n", text[at + length]))
			break;
	if (length == 0 || length >= room)
		return false;
	memcpy(ret, text + at, length);
	ret[length] = '\0';
	return true;
}

static bool read_at(int fd, uint64_t at, void *into, size_t size)
{
	return pread(fd, into, size, (off_t)at) == (ssize_t)size;
}

static bool find_in_elf(int fd, char *ret, size_t room)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (!read_at(fd, 0, &header, sizeof(header)) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_phentsize != sizeof(segment) ||
	    header.e_phnum > SEGMENTS_MAX)
		return false;
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		if (!read_at(fd, header.e_phoff + i * sizeof(segment), &segment,
			     sizeof(segment)))
			return false;
		if (segment.p_type != PT_INTERP)
			continue;
		if (segment.p_filesz == 0 || segment.p_filesz > room ||
		    !read_at(fd, segment.p_offset, ret, segment.p_filesz))
			return false;
		ret[segment.p_filesz - 1] = '\0';
		return true;
	}
	return false;
}

/* It goes to somebody's terminal, and is the container's to choose. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

bool loader_find(const char *path, char *ret, size_t room)
{
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[LINE_MAX_LENGTH];
	ssize_t size = fd < 0 ? -1 : pread(fd, text, sizeof(text), 0);

	if (size >= 2 && !memcmp(text, "#!", 2))
		return find_in_script(text, (size_t)size, ret, room) &&
		       is_plain(ret);
	return size >= SELFMAG && !memcmp(text, ELFMAG, SELFMAG) &&
	       find_in_elf(fd, ret, room) && is_plain(ret);
}
