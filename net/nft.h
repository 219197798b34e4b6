// SPDX-License-Identifier: Apache-2.0
/* Requests of nf_tables for a batch, without the program nft. */
#ifndef NET_NFT_H
#define NET_NFT_H

#include "net/netlink.h"

/**
 * nft_add_lane() - Keep packets of our own sockets here
 * @outside:	Number of the interface that leads to the world
 * @mark:	What they are marked with
 *
 * As nft(8) would say it:
 *
 *   table inet holt { chain lane {
 *     type filter hook prerouting priority mangle;
 *     iif != OUTSIDE meta l4proto tcp socket transparent 1 meta mark set MARK
 *   } }
 *
 * A batch of its own: it is done as a whole or not at all.
 */
void nft_add_lane(struct netlink_batch *batch, unsigned int outside,
		  uint32_t mark);

#endif
