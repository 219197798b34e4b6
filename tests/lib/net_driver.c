// SPDX-License-Identifier: Apache-2.0
/* Plays the launcher for tests of holt-net: starts it, makes a user, network
 * and pid namespace, hands them over, and when the network is there runs a
 * command inside.
 *
 * Usage: net_driver HOLT_NET [ARGUMENT]... -- COMMAND [ARGUMENT]...
 * In the environment NET_DRIVER_PIDS may name a file that gets the pids of
 * holt-net and of the namespaces' init; NET_DRIVER_REQUEST a text to send once
 * the network runs, whose answer is printed.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/proc.h"

enum { CONTROL_FD = 3, ARGUMENTS_MAX = 32 };

struct container {
	pid_t pid;
	int pidfd;
	int go; /* a byte written here starts the command */
};

static int write_text(const char *path, const char *text, struct error *err)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || fd_write_all(fd, text, strlen(text)) < 0)
		return error_set(err, errno, "write %s", path);
	return 0;
}

static int write_map(pid_t pid, const char *which, unsigned int id,
		     struct error *err)
{
	char path[64], text[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, which);
	(void)snprintf(text, sizeof(text), "0 %u 1", id);
	return write_text(path, text, err);
}

static _Noreturn void be_init(int go, char *const *command)
{
	char byte;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go, &byte, 1) != 1)
		_exit(EXIT_HOLT);

	/* Pid 1 stays and reaps; the command may be killed like any other. */
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		(void)execvp(command[0], command);
		perror(command[0]);
		_exit(EXIT_NOT_FOUND);
	}
	while (wait(&status) != pid)
		continue;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status)
				: EXIT_SIGNAL + WTERMSIG(status));
}

static int make_container(char *const *command, struct container *ret,
			  struct error *err)
{
	char setgroups[64];
	int go[2], pidfd = -1;

	if (pipe2(go, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	pid_t pid = (pid_t)syscall(SYS_clone,
				   CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID |
					   CLONE_PIDFD | SIGCHLD,
				   NULL, &pidfd, NULL, NULL);
	if (pid < 0)
		return error_set(err, errno, "make the namespaces");
	if (pid == 0) {
		close(go[1]);
		be_init(go[0], command);
	}
	close(go[0]);
	(void)snprintf(setgroups, sizeof(setgroups), "/proc/%d/setgroups", pid);
	if (write_map(pid, "uid_map", geteuid(), err) < 0 ||
	    write_text(setgroups, "deny", err) < 0 ||
	    write_map(pid, "gid_map", getegid(), err) < 0)
		return -err->code;
	*ret = (struct container){ pid, pidfd, go[1] };
	return 0;
}

static int open_namespace(pid_t pid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int connect_network(int control, const struct container *container,
			   struct error *err)
{
	auto_close int user = open_namespace(container->pid, "user");
	auto_close int net = open_namespace(container->pid, "net");
	const int fds[] = { user, net, container->pidfd };
	struct error answer = { 0 };

	if (fd_send(control, "start", 5, fds, ARRAY_COUNT(fds)) < 0)
		return error_say(err, EPIPE, "holt-net did not take the start");
	if (fd_receive(control, &answer, sizeof(answer), NULL, 0) !=
	    sizeof(answer))
		return error_say(err, EPIPE, "holt-net did not answer");
	*err = answer;
	return -answer.code;
}

static int report_pids(pid_t net, pid_t init, struct error *err)
{
	const char *path = getenv("NET_DRIVER_PIDS");
	char text[64];

	(void)snprintf(text, sizeof(text), "%d %d\n", net, init);
	return path ? write_text(path, text, err) : 0;
}

static void send_request(int control)
{
	const char *request = getenv("NET_DRIVER_REQUEST");
	char reply[512];
	ssize_t size;

	if (!request || fd_send(control, request, strlen(request), NULL, 0) < 0)
		return;
	size = fd_receive(control, reply, sizeof(reply), NULL, 0);
	(void)printf("%.*s\n", size > 0 ? (int)size : 0, reply);
	(void)fflush(stdout);
}

static int drive(char *const *net_argv, char *const *command, struct error *err)
{
	int pair[2];
	struct process net = { 0, -1 };
	struct container container = { 0 };

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "make a socket pair");

	const int fds[] = { -1, STDOUT_FILENO, STDERR_FILENO, pair[1] };

	if (process_spawn(net_argv[0], net_argv, fds, ARRAY_COUNT(fds), &net,
			  err) < 0)
		return -err->code;
	close(pair[1]);
	if (make_container(command, &container, err) < 0 ||
	    connect_network(pair[0], &container, err) < 0 ||
	    report_pids(net.pid, container.pid, err) < 0)
		return -err->code;
	send_request(pair[0]);
	if (write(container.go, "g", 1) != 1)
		return error_set(err, errno, "start the command");

	struct process init = { container.pid, container.pidfd };
	int status = process_wait(&init);

	(void)process_wait(&net);
	return status;
}

int main(int argc, char **argv)
{
	char *net_argv[ARGUMENTS_MAX] = { 0 };
	char control[] = "--control-fd=3";
	struct error err = { 0 };
	int i = 1, count = 0;

	while (i < argc && count < ARGUMENTS_MAX - 2 &&
	       strcmp(argv[i], "--") != 0) {
		net_argv[count++] = argv[i++];
		if (count == 1)
			net_argv[count++] = control;
	}
	if (count == 0 || i + 1 >= argc) {
		(void)fprintf(
			stderr,
			"usage: net_driver HOLT_NET [ARGUMENT]... -- COMMAND...\n");
		return EXIT_HOLT;
	}

	int status = drive(net_argv, argv + i + 1, &err);

	return status < 0 ? error_print("net_driver", &err) : status;
}
