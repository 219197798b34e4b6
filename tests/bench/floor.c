// SPDX-License-Identifier: Apache-2.0
/* The least that a start with subordinate ids can cost: the namespaces, both
 * helpers side by side, bubblewrap's mounts, pivot_root(2), exec. No options,
 *no errors told, nothing checked that isn't needed to go on: what a container
 *tool does beyond that is what it costs.
 *
 *	floor ROOT FIRST_UID FIRST_GID COUNT COMMAND
 */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void try(long result)
{
	if (result < 0) {
		perror("floor");
		_exit(1);
	}
}

static void mount_all(const char *root)
{
	static const char *const made[] = { "dev/shm", "dev/pts",
					    "dev/mqueue" };

	try(mount(root, root, NULL, MS_BIND | MS_REC, NULL));
	try(chdir(root));
	try(mount("proc", "proc", "proc", 0, NULL));
	try(mount("tmpfs", "dev", "tmpfs", 0, NULL));
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		try(mkdir(made[i], 0755));
	try(mount("tmpfs", made[0], "tmpfs", 0, NULL));
	try(mount("devpts", made[1], "devpts", 0, NULL));
	try(mount("mqueue", made[2], "mqueue", 0, NULL));
	try(mount("/sys", "sys", NULL, MS_BIND | MS_REC, NULL));
	try(syscall(SYS_pivot_root, ".", "."));
	try(umount2(".", MNT_DETACH));
}

static void child(char **argv, int go)
{
	char byte;

	try(unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
		    CLONE_NEWCGROUP));
	try(mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL));
	try(read(go, &byte, 1));
	mount_all(argv[1]);
	execl(argv[5], argv[5], NULL);
	try(-1);
}

static pid_t map(char *helper, char *pid, unsigned int own, char *first,
		 char *count)
{
	char inside[16];
	char *words[] = {
		helper, pid, "0", inside, "1", "1", first, count, NULL
	};
	pid_t result;

	(void)snprintf(inside, sizeof(inside), "%u", own);
	try(-posix_spawnp(&result, helper, NULL, NULL, words, environ));
	return result;
}

int main(int argc, char **argv)
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWPID,
		.exit_signal = SIGCHLD,
	};
	int go[2], status = 0;
	char text[16];
	pid_t pid, helpers[2];

	if (argc != 6)
		return 1;
	try(pipe(go));
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	try(pid);
	if (pid == 0)
		child(argv, go[0]);
	(void)snprintf(text, sizeof(text), "%d", pid);
	helpers[0] = map("newuidmap", text, getuid(), argv[2], argv[4]);
	helpers[1] = map("newgidmap", text, getgid(), argv[3], argv[4]);
	for (int i = 0; i < 2; i++) {
		try(waitpid(helpers[i], &status, 0));
		if (status)
			return 1;
	}
	try(write(go[1], "", 1));
	try(waitpid(pid, &status, 0));
	return status ? 1 : 0;
}
