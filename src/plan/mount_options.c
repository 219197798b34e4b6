// SPDX-License-Identifier: Apache-2.0
#include "plan/mount_options.h"

#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

enum option_kind {
	OPTION_NOTHING,   /* says what is so anyway */
	OPTION_SET,       /* set .value, after clearing .clear */
	OPTION_RECURSIVE, /* the same, also on what is mounted below */
	OPTION_PROPAGATE,
	OPTION_PROPAGATE_RECURSIVE,
	OPTION_BIND,
	OPTION_RECURSIVE_BIND,
	OPTION_COPY_UP,
	OPTION_COPY_SYMLINK,
	OPTION_SOURCE_NOFOLLOW,
	OPTION_TARGET_NOFOLLOW,
	OPTION_IDMAP,
	OPTION_REMOUNT,
	OPTION_SUPERBLOCK, /* a parameter of every file system; .replaces */
};

struct option {
	const char *name;
	enum option_kind kind;
	uint64_t value, clear;
	const char *replaces; /* the parameter this one takes back */
};

#define ATIME MOUNT_ATTR__ATIME

/* "silent" and "loud" are about messages that fsopen(2) keeps for itself. And
 * file systems that count versions of an inode do so always, "iversion" or not;
 * fsopen(2) has no word for it.
 */

static const struct option options[] = {
	{ "async", OPTION_SUPERBLOCK, .replaces = "sync" },
	{ "atime", OPTION_SET, 0, MOUNT_ATTR_NOATIME },
	{ "bind", OPTION_BIND },
	{ "copy-symlink", OPTION_COPY_SYMLINK },
	{ "defaults", OPTION_NOTHING },
	{ "dest-nofollow", OPTION_TARGET_NOFOLLOW },
	{ "dev", OPTION_SET, 0, MOUNT_ATTR_NODEV },
	{ "diratime", OPTION_SET, 0, MOUNT_ATTR_NODIRATIME },
	{ "dirsync", OPTION_SUPERBLOCK },
	{ "exec", OPTION_SET, 0, MOUNT_ATTR_NOEXEC },
	{ "idmap", OPTION_IDMAP },
	{ "iversion", OPTION_NOTHING },
	{ "lazytime", OPTION_SUPERBLOCK },
	{ "loud", OPTION_NOTHING },
	{ "mand", OPTION_SUPERBLOCK },
	{ "noatime", OPTION_SET, MOUNT_ATTR_NOATIME, ATIME },
	{ "nodev", OPTION_SET, MOUNT_ATTR_NODEV },
	{ "nodiratime", OPTION_SET, MOUNT_ATTR_NODIRATIME },
	{ "noexec", OPTION_SET, MOUNT_ATTR_NOEXEC },
	{ "noiversion", OPTION_NOTHING },
	{ "nolazytime", OPTION_SUPERBLOCK, .replaces = "lazytime" },
	{ "nomand", OPTION_SUPERBLOCK, .replaces = "mand" },
	{ "norelatime", OPTION_NOTHING },
	{ "nostrictatime", OPTION_SET, 0, MOUNT_ATTR_STRICTATIME },
	{ "nosuid", OPTION_SET, MOUNT_ATTR_NOSUID },
	{ "nosymfollow", OPTION_SET, MOUNT_ATTR_NOSYMFOLLOW },
	{ "notmpcopyup", OPTION_NOTHING },
	{ "private", OPTION_PROPAGATE, MS_PRIVATE },
	{ "ratime", OPTION_RECURSIVE, 0, MOUNT_ATTR_NOATIME },
	{ "rbind", OPTION_RECURSIVE_BIND },
	{ "rdev", OPTION_RECURSIVE, 0, MOUNT_ATTR_NODEV },
	{ "rdiratime", OPTION_RECURSIVE, 0, MOUNT_ATTR_NODIRATIME },
	{ "relatime", OPTION_SET, 0, ATIME },
	{ "remount", OPTION_REMOUNT },
	{ "rexec", OPTION_RECURSIVE, 0, MOUNT_ATTR_NOEXEC },
	{ "ridmap", OPTION_IDMAP },
	{ "rnoatime", OPTION_RECURSIVE, MOUNT_ATTR_NOATIME, ATIME },
	{ "rnodev", OPTION_RECURSIVE, MOUNT_ATTR_NODEV },
	{ "rnodiratime", OPTION_RECURSIVE, MOUNT_ATTR_NODIRATIME },
	{ "rnoexec", OPTION_RECURSIVE, MOUNT_ATTR_NOEXEC },
	{ "rnorelatime", OPTION_NOTHING },
	{ "rnostrictatime", OPTION_RECURSIVE, 0, MOUNT_ATTR_STRICTATIME },
	{ "rnosuid", OPTION_RECURSIVE, MOUNT_ATTR_NOSUID },
	{ "rnosymfollow", OPTION_RECURSIVE, MOUNT_ATTR_NOSYMFOLLOW },
	{ "ro", OPTION_SET, MOUNT_ATTR_RDONLY },
	{ "rprivate", OPTION_PROPAGATE_RECURSIVE, MS_PRIVATE },
	{ "rrelatime", OPTION_RECURSIVE, 0, ATIME },
	{ "rro", OPTION_RECURSIVE, MOUNT_ATTR_RDONLY },
	{ "rrw", OPTION_RECURSIVE, 0, MOUNT_ATTR_RDONLY },
	{ "rshared", OPTION_PROPAGATE_RECURSIVE, MS_SHARED },
	{ "rslave", OPTION_PROPAGATE_RECURSIVE, MS_SLAVE },
	{ "rstrictatime", OPTION_RECURSIVE, MOUNT_ATTR_STRICTATIME, ATIME },
	{ "rsuid", OPTION_RECURSIVE, 0, MOUNT_ATTR_NOSUID },
	{ "rsymfollow", OPTION_RECURSIVE, 0, MOUNT_ATTR_NOSYMFOLLOW },
	{ "runbindable", OPTION_PROPAGATE_RECURSIVE, MS_UNBINDABLE },
	{ "rw", OPTION_SET, 0, MOUNT_ATTR_RDONLY },
	{ "shared", OPTION_PROPAGATE, MS_SHARED },
	{ "silent", OPTION_NOTHING },
	{ "slave", OPTION_PROPAGATE, MS_SLAVE },
	{ "src-nofollow", OPTION_SOURCE_NOFOLLOW },
	{ "strictatime", OPTION_SET, MOUNT_ATTR_STRICTATIME, ATIME },
	{ "suid", OPTION_SET, 0, MOUNT_ATTR_NOSUID },
	{ "symfollow", OPTION_SET, 0, MOUNT_ATTR_NOSYMFOLLOW },
	{ "sync", OPTION_SUPERBLOCK },
	{ "tmpcopyup", OPTION_COPY_UP },
	{ "unbindable", OPTION_PROPAGATE, MS_UNBINDABLE },
};

static const struct option *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		if (!strcmp(options[i].name, name))
			return &options[i];
	return NULL;
}

/* Take a parameter back: "async" after "sync". */
static void remove_data(struct strv *data, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < data->count; i++) {
		if (!strcmp(data->items[i], name))
			free(data->items[i]);
		else
			data->items[kept++] = data->items[i];
	}
	data->count = kept;
	if (data->items)
		data->items[kept] = NULL;
}

/* "idmap", "ridmap", and either with "=" and mappings. */
static void set_idmap(const char *word, struct mount_options *ret)
{
	const char *equals = strchr(word, '=');

	ret->idmap = true;
	ret->idmap_recursive = *word == 'r';
	ret->idmap_words = equals ? equals + 1 : NULL;
}

static void apply(const struct option *option, struct mount_options *ret)
{
	switch (option->kind) {
	case OPTION_NOTHING:
		break;
	case OPTION_SET:
		ret->set = (ret->set & ~option->clear) | option->value;
		ret->clear = (ret->clear & ~option->value) | option->clear;
		break;
	case OPTION_RECURSIVE:
		ret->recursive_set =
			(ret->recursive_set & ~option->clear) | option->value;
		ret->recursive_clear =
			(ret->recursive_clear & ~option->value) | option->clear;
		break;
	case OPTION_PROPAGATE:
	case OPTION_PROPAGATE_RECURSIVE:
		ret->propagation = option->value;
		ret->propagate_recursive =
			option->kind == OPTION_PROPAGATE_RECURSIVE;
		break;
	case OPTION_RECURSIVE_BIND:
		ret->recursive_bind = true;
		ret->bind = true;
		break;
	case OPTION_BIND:
		ret->bind = true;
		break;
	case OPTION_COPY_UP:
		ret->copy_up = true;
		break;
	case OPTION_COPY_SYMLINK:
		ret->copy_symlink = true;
		break;
	case OPTION_SOURCE_NOFOLLOW:
		ret->source_nofollow = true;
		break;
	case OPTION_TARGET_NOFOLLOW:
		ret->target_nofollow = true;
		break;
	case OPTION_REMOUNT:
		ret->remount = true;
		break;
	case OPTION_IDMAP:
		set_idmap(option->name, ret);
		break;
	case OPTION_SUPERBLOCK:
		remove_data(&ret->data, option->name);
		if (option->replaces)
			remove_data(&ret->data, option->replaces);
		else
			strv_add(&ret->data, xstrdup(option->name));
		break;
	}
}

void mount_options_parse(const struct strv *list, struct mount_options *ret)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *word = list->items[i];
		const struct option *option = find(word);

		if (option)
			apply(option, ret);
		else if (!strncmp(word, "idmap=", 6) ||
			 !strncmp(word, "ridmap=", 7))
			set_idmap(word, ret);
		else if (*word)
			strv_add(&ret->data, xstrdup(word));
	}
}

void mount_options_clear(struct mount_options *ret)
{
	strv_clear(&ret->data);
	*ret = (struct mount_options){ 0 };
}

const char *mount_option_name(size_t index)
{
	return index < ARRAY_COUNT(options) ? options[index].name : NULL;
}
