// SPDX-License-Identifier: Apache-2.0
#include "container/attend.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "container/revival.h"

/* Ctrl-D, for what reads the terminal when our input ends. */
#define END_OF_INPUT 4

void attend_signals(sigset_t *ret)
{
	/* Not passed on: faults of our own, what the terminal's job control
	 * does to us, and what tells about our own children and sockets.
	 */
	static const int own[] = { SIGCHLD, SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
				   SIGTRAP, SIGABRT, SIGSYS,  SIGURG, SIGTSTP,
				   SIGTTIN, SIGTTOU, SIGPIPE, SIGPROF };

	sigfillset(ret);
	for (size_t i = 0; i < ARRAY_COUNT(own); i++)
		sigdelset(ret, own[i]);
}

enum event {
	EVENT_ENDED,   /* pidfd of the container's init */
	EVENT_SIGNAL,  /* signalfd */
	EVENT_INPUT,   /* our stdin can be read */
	EVENT_TO,      /* the terminal takes input */
	EVENT_FROM,    /* the terminal has output */
	EVENT_OUTPUT,  /* our stdout takes output */
	EVENT_NETWORK, /* those of revival.h */
	EVENT_COUNT = EVENT_NETWORK + REVIVAL_EVENTS
};

/* Bytes on their way in one direction. 4096: what a pipe that is ready to be
 * written is sure to take, so that a write never waits.
 */
struct relay {
	char bytes[4096];
	size_t at, size;
	bool ended; /* nothing more will come in */
};

struct attendance {
	struct running *running;
	int signals;
	bool raw; /* our terminal has to be set back */
	struct termios before;
	struct relay input, output;
	struct revival revival;
};

static bool own_size(struct winsize *ret)
{
	return ioctl(STDIN_FILENO, TIOCGWINSZ, ret) == 0 ||
	       ioctl(STDOUT_FILENO, TIOCGWINSZ, ret) == 0;
}

void attend_size(struct spec_process *process)
{
	struct winsize size;

	if (!process->terminal || process->rows || !own_size(&size))
		return;
	process->rows = size.ws_row;
	process->columns = size.ws_col;
}

static void follow_size(const struct attendance *a)
{
	struct winsize size;

	if (own_size(&size))
		(void)ioctl(a->running->terminal, TIOCSWINSZ, &size);
}

static void enter_raw(struct attendance *a)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &a->before) < 0)
		return;
	raw = a->before;
	cfmakeraw(&raw);
	a->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void leave_raw(const struct attendance *a)
{
	if (a->raw)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &a->before);
}

static void on_signal(struct attendance *a)
{
	struct signalfd_siginfo info;

	if (read(a->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH && a->running->terminal >= 0)
		follow_size(a);
	else
		(void)process_kill(&a->running->init, (int)info.ssi_signo);
}

static void fill(struct relay *relay, int fd)
{
	ssize_t n = read(fd, relay->bytes, sizeof(relay->bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	relay->ended = n <= 0;
	relay->at = 0;
	relay->size = n > 0 ? (size_t)n : 0;
}

static void drain(struct relay *relay, int fd)
{
	ssize_t n = write(fd, relay->bytes + relay->at, relay->size);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0)
		n = (ssize_t)relay->size; /* nobody is there to take it */
	relay->at += (size_t)n;
	relay->size -= (size_t)n;
}

static void on_input(struct attendance *a)
{
	fill(&a->input, STDIN_FILENO);
	if (a->input.ended && !a->raw) {
		a->input.bytes[0] = END_OF_INPUT;
		a->input.size = 1;
	}
}

/* What is to be waited for. A negative descriptor is passed over by poll(2). */
static void prepare(const struct attendance *a, struct pollfd *fds)
{
	const struct running *r = a->running;
	bool reading = !a->input.ended && !a->input.size;
	bool listening = !a->output.ended && !a->output.size;

	fds[EVENT_ENDED] = (struct pollfd){ r->init.pidfd, POLLIN, 0 };
	fds[EVENT_SIGNAL] = (struct pollfd){ a->signals, POLLIN, 0 };
	fds[EVENT_INPUT] =
		(struct pollfd){ reading ? STDIN_FILENO : -1, POLLIN, 0 };
	fds[EVENT_TO] =
		(struct pollfd){ a->input.size ? r->terminal : -1, POLLOUT, 0 };
	fds[EVENT_FROM] =
		(struct pollfd){ listening ? r->terminal : -1, POLLIN, 0 };
	fds[EVENT_OUTPUT] =
		(struct pollfd){ a->output.size ? STDOUT_FILENO : -1, POLLOUT,
				 0 };
	revival_prepare(&a->revival, &fds[EVENT_NETWORK]);
}

static void handle(struct attendance *a, const struct pollfd *fds)
{
	if (fds[EVENT_SIGNAL].revents)
		on_signal(a);
	if (fds[EVENT_INPUT].revents)
		on_input(a);
	if (fds[EVENT_TO].revents)
		drain(&a->input, a->running->terminal);
	if (fds[EVENT_FROM].revents)
		fill(&a->output, a->running->terminal);
	if (fds[EVENT_OUTPUT].revents)
		drain(&a->output, STDOUT_FILENO);
	revival_serve(&a->revival, &fds[EVENT_NETWORK]);
}

/* The terminal may hold output after the last process is gone. */
static void flush(struct attendance *a)
{
	while (a->running->terminal >= 0) {
		while (a->output.size > 0) {
			struct pollfd out = { STDOUT_FILENO, POLLOUT, 0 };

			(void)poll(&out, 1, -1);
			drain(&a->output, STDOUT_FILENO);
		}
		fill(&a->output, a->running->terminal);
		if (a->output.ended || !a->output.size)
			return;
	}
}

static int loop(struct attendance *a, struct error *err)
{
	struct pollfd fds[EVENT_COUNT];

	for (;;) {
		prepare(a, fds);
		if (poll(fds, EVENT_COUNT, revival_timeout(&a->revival)) < 0) {
			if (errno != EINTR)
				return error_set(err, errno,
						 "wait for the container");
			continue;
		}
		if (fds[EVENT_ENDED].revents)
			return 0;
		handle(a, fds);
	}
}

int attend(struct running *running, const struct attend_options *options,
	   struct error *err)
{
	struct attendance a = {
		.running = running,
		.revival = {
			.settings = options->network,
			.network = &running->network,
			.init = &running->init,
		},
	};
	sigset_t signals;
	int status;

	attend_signals(&signals);

	auto_close int signal_fd =
		signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);

	if (signal_fd < 0)
		return error_set(err, errno, "listen for signals");
	a.signals = signal_fd;
	a.input.ended = running->terminal < 0 || !options->interactive;
	a.output.ended = running->terminal < 0;
	if (running->terminal >= 0) {
		if (fcntl(running->terminal, F_SETFL, O_NONBLOCK) < 0)
			return error_set(err, errno, "set up the terminal");
		follow_size(&a);
		if (options->interactive)
			enter_raw(&a);
	}
	status = loop(&a, err);
	if (status == 0) {
		flush(&a);
		status = process_wait(&running->init);
		if (status < 0)
			(void)error_set(err, -status, "wait for the container");
	}
	leave_raw(&a);
	return status;
}
