// SPDX-License-Identifier: Apache-2.0
/* "busybox": a small distribution of one program, made on the spot from the
 * host's static busybox.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/proc.h"
#include "cli/run_settings.h"
#include "oci/capability.h"

/* A program without an interpreter in its ELF header runs in an empty root. */
static int check_static(const char *path, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr header;

	if (fd < 0)
		return error_set(err, errno, "open %s", path);
	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return error_say(err, ENOEXEC, "%s is not a program", path);
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr part;
		off_t at = (off_t)(header.e_phoff + i * sizeof(part));

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return error_say(err, ENOEXEC, "%s is cut off", path);
		if (part.p_type == PT_INTERP)
			return error_say(
				err, ENOEXEC,
				"%s is not static, and a static one is what the root 'busybox' is made of: install busybox-static",
				path);
	}
	return 0;
}

/* Ask busybox for its commands: "bin/ls" and so on, a line each. */
static int list_applets(const char *path, char **ret, struct error *err)
{
	char *argv[] = { (char[]){ "busybox" }, (char[]){ "--list-full" },
			 NULL };
	struct process process = { 0, -1 };
	int pipe_fds[2];
	int result;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int from = pipe_fds[0];
	auto_close int to = pipe_fds[1];
	const int fds[] = { -1, to, 2 };

	if (process_spawn(path, argv, fds, ARRAY_COUNT(fds), &process, err) < 0)
		return -err->code;
	close(steal_fd(&to));
	result = fd_read_text(from, 65536, ret, NULL, err);
	if (process_wait(&process) != 0 && result == 0) {
		free(*ret);
		*ret = NULL;
		return error_say(err, ENOEXEC, "%s --list-full failed", path);
	}
	return result;
}

static void add_applets(struct spec *spec, char *list)
{
	char *rest = list, *line;

	while ((line = strsep(&rest, "\n"))) {
		auto_free char *path = xasprintf("/%s", line);

		if (*line && strcmp(line, "bin/busybox") != 0)
			(void)spec_add_file(spec, SPEC_FILE_SYMLINK, path,
					    "/bin/busybox", 0);
	}
}

/* Debian's busybox is built without it, and a root with users needs it. */
static const char adduser[] =
	"#!/bin/sh\n"
	"# adduser [-DHS] [-h DIR] [-s SHELL] [-u UID] [-G GROUP] [-g NAME] USER\n"
	"home= shell=/bin/sh uid= group= gecos= make=y ask=y\n"
	"while getopts DHSh:s:u:G:g: option; do\n"
	"	case $option in\n"
	"	D) ask= ;;\n"
	"	H) make= ;;\n"
	"	S) ask= shell=/bin/false ;;\n"
	"	h) home=$OPTARG ;;\n"
	"	s) shell=$OPTARG ;;\n"
	"	u) uid=$OPTARG ;;\n"
	"	G) group=$OPTARG ;;\n"
	"	g) gecos=$OPTARG ;;\n"
	"	*) exit 1 ;;\n"
	"	esac\n"
	"done\n"
	"shift $((OPTIND - 1))\n"
	"fail() { echo \"adduser: $*\" >&2; exit 1; }\n"
	"[ $# -eq 1 ] || fail 'give one user name'\n"
	"grep -q \"^$1:\" /etc/passwd && fail \"user '$1' exists\"\n"
	"if [ -z \"$uid\" ]; then\n"
	"	uid=1000\n"
	"	while cut -d: -f3 /etc/passwd | grep -qx $uid; do uid=$((uid + 1)); done\n"
	"fi\n"
	"if [ -n \"$group\" ]; then\n"
	"	gid=$(sed -n \"s/^$group:[^:]*:\\([0-9]*\\):.*/\\1/p\" /etc/group)\n"
	"	[ -n \"$gid\" ] || fail \"there is no group '$group'\"\n"
	"else\n"
	"	gid=$uid\n"
	"	echo \"$1:x:$gid:\" >>/etc/group\n"
	"fi\n"
	"[ -n \"$home\" ] || home=/home/$1\n"
	"echo \"$1:x:$uid:$gid:$gecos:$home:$shell\" >>/etc/passwd\n"
	"echo \"$1:!::0:99999:7:::\" >>/etc/shadow\n"
	"if [ -n \"$make\" ]; then\n"
	"	mkdir -p \"$home\" && chown \"$uid:$gid\" \"$home\" || exit 1\n"
	"fi\n"
	"if [ -n \"$ask\" ] && [ -t 0 ]; then passwd \"$1\"; fi\n";

static const struct {
	enum spec_file_kind kind;
	const char *path, *content;
	mode_t mode;
} busybox_files[] = {
	{ SPEC_FILE_DIR, "/etc", NULL, 0755 },
	{ SPEC_FILE_DIR, "/home", NULL, 0755 },
	{ SPEC_FILE_DIR, "/mnt", NULL, 0755 },
	{ SPEC_FILE_DIR, "/root", NULL, 0700 },
	{ SPEC_FILE_DIR, "/run", NULL, 0755 },
	{ SPEC_FILE_DIR, "/tmp", NULL, 01777 },
	{ SPEC_FILE_DIR, "/var/tmp", NULL, 01777 },
	{ SPEC_FILE_TEXT, "/etc/passwd",
	  "root:x:0:0:root:/root:/bin/sh\n"
	  "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
	  0644 },
	{ SPEC_FILE_TEXT, "/etc/group",
	  "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", 0644 },
	{ SPEC_FILE_TEXT, "/etc/shadow", "root:*::0:99999:7:::\n", 0600 },
	{ SPEC_FILE_TEXT, "/etc/profile", "export PS1='\\u@\\h:\\w\\$ '\n",
	  0644 },
	{ SPEC_FILE_TEXT, "/usr/sbin/adduser", adduser, 0755 },
};

/* Would root inside be root of the machine? The kernel's parameters are its
 * own then by its id, and mounting a procfs anew would make them writable.
 */
static bool is_machine_root(void)
{
	struct stat st;

	return geteuid() == 0 &&
	       (stat("/proc/sys/kernel", &st) < 0 || st.st_uid == 0);
}

int run_set_busybox(struct spec *spec, struct error *err)
{
	auto_free char *found = NULL;
	auto_free char *path = NULL;
	auto_free char *applets = NULL;

	/* Without symlinks: they are followed when a new root lies over ours,
	 * and one with ".." could lead there.
	 */
	if (program_find("busybox", getenv("PATH"), &found) < 0 ||
	    !(path = realpath(found, NULL)))
		return error_say(
			err, ENOENT,
			"the root 'busybox' is made of the host's static busybox, and there is none: install busybox-static");
	if (check_static(path, err) < 0 ||
	    list_applets(path, &applets, err) < 0)
		return -err->code;
	spec->root.kind = SPEC_ROOT_TMPFS;
	(void)spec_add_file(spec, SPEC_FILE_COPY, "/bin/busybox", path, 0755);
	for (size_t i = 0; i < ARRAY_COUNT(busybox_files); i++)
		(void)spec_add_file(
			spec, busybox_files[i].kind, busybox_files[i].path,
			busybox_files[i].content, busybox_files[i].mode);
	add_applets(spec, applets);
	/* A root to try things in: mounting is one of them. */
	if (!is_machine_root())
		spec->process.capabilities.bounding |=
			1ULL << capability_parse("SYS_ADMIN");
	return 0;
}
