// SPDX-License-Identifier: Apache-2.0
/* The event loop of a running network. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "net/dns.h"
#include "net/dnsnat.h"
#include "net/egress.h"
#include "net/lane.h"
#include "net/publish.h"
#include "net/reassembly.h"
#include "net/stack.h"

/* All there is of a network: one allocation, made at the start. */
struct network {
	int epoll;
	int tun;
	int init;    /* pidfd of the container's init */
	int control; /* -1: the other side is gone */
	int watch;   /* -1: the list of nameservers is fixed */
	struct egress_rules rules;
	struct dns dns;
	struct dnsnat nat;
	struct stack stack;
	struct lane lane;
	struct publish *publish; /* NULL: there are no ports */
	struct reassembly reassembly;
	bool has_more;                 /* work that needn't wait */
	uint8_t in[FRAME_SIZE_MAX];    /* the frame being handled */
	uint8_t whole[FRAME_SIZE_MAX]; /* one that came in fragments */
	uint8_t out[FRAME_SIZE_MAX];   /* and what was made of it */
};

/**
 * loop_add_sources() - Register what all this waits for
 *
 * Return: 0, negative errno
 */
must_check int loop_add_sources(struct network *network, struct error *err);

/** loop_run() - Be the network until the container's init has ended */
void loop_run(struct network *network);

#endif
