// SPDX-License-Identifier: Apache-2.0
/* What parent and init say to each other, over one SOCK_SEQPACKET pair. Every
 * wait ends: the other side's death closes the socket.
 *
 * The end of the stream without STAGE_FAILED means that the command runs, for
 * the socket is close-on-exec, or that init was killed.
 */
#ifndef INIT_SYNC_H
#define INIT_SYNC_H

#include <sys/types.h>

#include "base/error.h"

enum stage {
	/* From init */
	STAGE_NAMESPACES, /* all namespaces are there; sent if plan->wait */
	STAGE_NETLINK,    /* with a routing socket in the network namespace,
			   * before the above; if plan->net_device_count */
	STAGE_TERMINAL,   /* with the terminal's master; if process.terminal */
	STAGE_WARNING,    /* error.text is a line for the user; it goes on */
	STAGE_HOOKS,  /* the parent's turn to run hooks; if plan->runtime_hooks
		       */
	STAGE_READY,  /* all is set but the command; sent if plan->wait */
	STAGE_PARKED, /* it waits for `start`, without us */
	STAGE_LISTENER, /* with the descriptor of a filter's notifications; if
			 * plan->seccomp has SECCOMP_FILTER_FLAG_NEW_LISTENER,
			 * or plan->bypass. Goes to whoever starts the command
			 */
	STAGE_FAILED,   /* error says why; init ends */
	/* From the parent */
	STAGE_MAPPED, /* the id maps are written: file owners make sense now */
	STAGE_HOOKED, /* answers STAGE_HOOKS */
	STAGE_GO,     /* answers STAGE_READY */
	STAGE_LISTENED, /* answers STAGE_LISTENER: somebody has got it */
	STAGE_END,      /* not sent: the other side has closed the socket */
};

struct sync_message {
	enum stage stage;
	struct error error;
};

/** sync_send() - Send @stage, with @fd unless it is -1. 0, negative errno */
must_check int sync_send(int sock, enum stage stage, int fd);

/** sync_send_error() - Send STAGE_FAILED or STAGE_WARNING with its text. */
void sync_send_error(int sock, enum stage stage, const struct error *err);

/**
 * sync_receive() - Wait for the next message
 * @ret_message: .stage is STAGE_END when there will be none
 * @ret_fd:	Descriptor that came along, or -1; may be NULL
 *
 * Return: 0, negative errno
 */
must_check int sync_receive(int sock, struct sync_message *ret_message,
			    int *ret_fd);

#endif
