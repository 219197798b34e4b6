// SPDX-License-Identifier: Apache-2.0
/* Connections for the network benchmark: a server that sends back what it gets,
 * and clients that say how that went.
 *
 *   net_load serve ADDRESS PORT
 *   net_load connects ADDRESS PORT SECONDS    connections a second
 *   net_load turns ADDRESS PORT SECONDS IDLE  median microseconds for one byte
 *                                             and back, beside IDLE others
 *   net_load ready COMMAND...                 milliseconds from starting it
 * until it says "1" on descriptor 9, or ends
 *
 * The server ends a connection whose first byte is 'c' when it has answered.
 */
#include <arpa/inet.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 4, TURNS_MAX = 1 << 22, EVENTS = 256 };

static struct sockaddr_in address;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int connect_once(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "connect");
	return fd;
}

static void turn(int fd, char byte)
{
	if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
		err(1, "one byte there and back");
}

static void serve_one(int fd)
{
	char data[4096];
	ssize_t size = recv(fd, data, sizeof(data), MSG_DONTWAIT);

	if (size > 0)
		size = send(fd, data, (size_t)size, MSG_NOSIGNAL);
	if (size <= 0 || data[0] == 'c')
		close(fd);
}

static void serve(void)
{
	static const int on = 1;
	struct epoll_event events[EVENTS], event = { .events = EPOLLIN };
	int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int epoll = epoll_create1(0);

	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(server, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(server, 4096) < 0)
		err(1, "listen");
	event.data.fd = server;
	epoll_ctl(epoll, EPOLL_CTL_ADD, server, &event);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int count = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd != server) {
				serve_one(fd);
				continue;
			}
			while ((fd = accept(server, NULL, NULL)) >= 0) {
				event.data.fd = fd;
				epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
			}
		}
	}
}

static void connects(double seconds)
{
	unsigned long *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long sum = 0;
	double begin = now();
	int status;

	for (int i = 0; i < CLIENTS; i++) {
		if (fork() != 0)
			continue;
		while (now() - begin < seconds) {
			int fd = connect_once();
			char end;

			turn(fd, 'c');
			/* It may be reset where it should be ended. */
			(void)!recv(fd, &end, 1, 0);
			close(fd);
			counts[i]++;
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		if (status)
			errx(1, "a client failed");
	for (int i = 0; i < CLIENTS; i++)
		sum += counts[i];
	printf("%.0f\n", (double)sum / (now() - begin));
}

static int compare(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void turns(double seconds, int idle)
{
	float *times = malloc(sizeof(*times) * TURNS_MAX);
	double begin, before;
	size_t count = 0;
	int fd;

	while (idle-- > 0)
		turn(connect_once(), 'i');
	fd = connect_once();
	begin = now();
	do {
		before = now();
		turn(fd, 't');
		times[count++] = (float)(now() - before);
	} while (now() - begin < seconds && count < TURNS_MAX);
	qsort(times, count, sizeof(*times), compare);
	printf("%.1f\n", (double)times[count / 2] * 1e6);
}

/* Who has a user and a network namespace of its own, for as long as we have
 * what we get. Return: its pid
 */
static pid_t make_container(int *ret_end)
{
	int here[2], there[2];
	char byte;
	pid_t pid;

	if (pipe(here) < 0 || pipe(there) < 0)
		err(1, "pipe");
	pid = fork();
	if (pid == 0) {
		close(there[1]);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
			err(1, "unshare");
		(void)!write(here[1], "1", 1);
		(void)!read(there[0], &byte, 1);
		_exit(0);
	}
	close(here[1]);
	close(there[0]);
	if (read(here[0], &byte, 1) != 1)
		errx(1, "no namespace");
	close(here[0]);
	*ret_end = there[1];
	return pid;
}

static void map_root(pid_t pid)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "setgroups", "deny" },
		{ "uid_map", "0 0 1" },
		{ "gid_map", "0 0 1" },
	};
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i].name);
		file = fopen(path, "w");
		if (!file || fputs(files[i].text, file) < 0 ||
		    fclose(file) != 0)
			err(1, "%s", path);
	}
}

/* An argument that is "PID" becomes the container's. */
static void ready(char **command)
{
	enum { SAYS = 9 };
	char number[16], byte = 0;
	int end, pipes[2];
	double begin;
	pid_t container = make_container(&end), pid;

	map_root(container);
	snprintf(number, sizeof(number), "%d", container);
	for (char **word = command; *word; word++)
		if (strcmp(*word, "PID") == 0)
			*word = number;
	if (pipe(pipes) < 0)
		err(1, "pipe");
	begin = now();
	pid = vfork();
	if (pid == 0) {
		dup2(pipes[1], SAYS);
		close(pipes[0]);
		close(pipes[1]);
		close(end);
		execvp(command[0], command);
		_exit(127);
	}
	close(pipes[1]);
	if (read(pipes[0], &byte, 1) == 1 && byte != '1')
		errx(1, "it doesn't say so");
	printf("%.3f\n", (now() - begin) * 1000);
	kill(pid, SIGKILL);
}

int main(int argc, char **argv)
{
	struct rlimit files;

	if (argc > 2 && strcmp(argv[1], "ready") == 0) {
		ready(argv + 2);
		return 0;
	}
	if (argc < 4 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		errx(1, "see the source");
	address.sin_family = AF_INET;
	address.sin_port = htons((uint16_t)atoi(argv[3]));
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (strcmp(argv[1], "serve") == 0)
		serve();
	else if (strcmp(argv[1], "connects") == 0 && argc > 4)
		connects(atof(argv[4]));
	else if (strcmp(argv[1], "turns") == 0 && argc > 5)
		turns(atof(argv[4]), atoi(argv[5]));
	else
		errx(1, "see the source");
	return 0;
}
