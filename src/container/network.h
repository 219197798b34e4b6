// SPDX-License-Identifier: Apache-2.0
/* The user-mode network of a container: the program holt-net, started early so
 * that its own start runs beside the container's, told of the namespaces once
 * they are there. What it may do is decided here; how, in net/.
 */
#ifndef CONTAINER_NETWORK_H
#define CONTAINER_NETWORK_H

#include "base/alloc.h"
#include "base/proc.h"

struct network_settings {
	bool allow_host_loopback; /* 10.0.2.2 is the host's 127.0.0.1 */
	bool no_ipv6;
	bool bypass; /* TCP by sockets of the host's network; plan->bypass too
		      */
	unsigned int mtu;    /* 0: holt-net's own choice */
	struct strv publish; /* values of holt-net's --publish */
	struct strv words;   /* other options for it, as it has them */
	bool has_rules;      /* about where may be sent are among them */
	int requests; /* of name_socket_listen(), borrowed; -1: takes none */
};

/* A started holt-net. Descriptors are -1 until they are. */
struct network {
	struct process process;
	int control;  /* SOCK_SEQPACKET; kept open for later requests */
	int keep;     /* memory that it has for one that takes its place */
	int bypass;   /* a socket to who is to answer for it */
	int listener; /* of the bypass's filter, for the next who does */
	int requests; /* as in its settings */
	/* The container's, which can't be opened any more once it runs. */
	int userns;
	int netns;
	bool has_rules; /* as in its settings */
};

#define NO_NETWORK \
	((struct network){ { 0, -1 }, -1, -1, -1, -1, -1, -1, -1, false })

/** network_start() - Start the program; it makes itself ready and waits. */
must_check int network_start(const struct network_settings *settings,
			     struct network *ret, struct error *err);

/**
 * network_attach() - Hand over the namespaces of the container
 * @init:	The container's first process, in its namespaces already
 *
 * Return: 0, negative errno
 */
must_check int network_attach(struct network *network,
			      const struct process *init, struct error *err);

/* An interface to a network that containers share; all borrowed. */
struct network_wire {
	int netns;             /* of that network */
	const char *interface; /* name inside */
	const char *address;   /* "10.89.0.2/24"; NULL: take it away */
	const char *address6;  /* NULL: none */
	unsigned int mtu;      /* bytes */
};

/**
 * network_wire() - Make it, or take it away
 * @container:	The container's network namespace
 *
 * Return: 0, negative errno
 */
must_check int network_wire(const struct network_wire *wire, int container,
			    struct error *err);

/** network_wait() - Wait until it is ready, or has failed. */
must_check int network_wait(const struct network *network, struct error *err);

/**
 * network_hand_over() - Give the listener of the bypass's filter to who answers
 * @sync:	Socket to the command's process, which waits
 * @interrupt:	As for stage_wait_long(); -1: none
 * @err:	Also what went wrong in that process
 *
 * Return: 0, negative errno: the command must not go on
 */
must_check int network_hand_over(struct network *network, int sync,
				 int interrupt, struct error *err);

/**
 * network_start_again() - Start another in the place of one that has died
 * @network:	Its .process has been waited for
 * @settings:	As for the first
 * @init:	As for network_attach()
 *
 * It has the same namespaces, ports and all else; that it is ready is said on
 * .control, and then, if there is a bypass, on .bypass: for network_hear().
 *
 * Return: 0, negative errno
 */
must_check int network_start_again(struct network *network,
				   const struct network_settings *settings,
				   const struct process *init,
				   struct error *err);

/**
 * network_hear() - Take its answer off a socket
 * @err:	If it is ready, .text says what is lost all the same, or nothing
 *
 * Return: 0: it is ready; negative errno
 */
must_check int network_hear(int sock, struct error *err);

/** network_clear() - Let go of it; it ends with the container by itself. */
void network_clear(struct network *network);

#endif
