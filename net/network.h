// SPDX-License-Identifier: Apache-2.0
/* All there is of a running network: one allocation, made at the start. */
#ifndef NET_NETWORK_H
#define NET_NETWORK_H

#include "net/clients.h"
#include "net/dns.h"
#include "net/dnsnat.h"
#include "net/egress.h"
#include "net/keep.h"
#include "net/lane.h"
#include "net/ping.h"
#include "net/policy.h"
#include "net/publish.h"
#include "net/reassembly.h"
#include "net/stack.h"

struct network {
	int epoll;
	int tun;
	int init;      /* pidfd of the container's init */
	int control;   /* -1: the other side is gone */
	int bypass;    /* socket to its helper; -1: there is none */
	int watch;     /* -1: the list of nameservers is fixed */
	bool has_more; /* work that needn't wait */
	/* There is somebody who starts another in our place: then we end as
	 * soon as one of our helpers has, for we can't have a new one.
	 */
	bool is_replaceable;
	bool is_crippled;  /* one of them has */
	struct keep *keep; /* NULL: nothing is kept */
	struct error slow; /* why there is no lane; zero: there is */
	struct egress_rules rules;
	struct policy policy;
	struct dns dns;
	struct dnsnat nat;
	struct stack stack;
	struct lane lane;
	struct ping ping;
	struct publish publish;
	struct clients clients;
	struct reassembly reassembly;
	uint8_t in[FRAME_SIZE_MAX];    /* the frame being handled */
	uint8_t whole[FRAME_SIZE_MAX]; /* one that came in fragments */
	uint8_t out[FRAME_SIZE_MAX];   /* and what was made of it */
};

#endif
