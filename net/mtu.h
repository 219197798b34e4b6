// SPDX-License-Identifier: Apache-2.0
/* How large packets are, in bytes; measured by tests/bench/network. */
#ifndef NET_MTU_H
#define NET_MTU_H

#define MTU_MIN 1280 /* IPv6 needs it; below, stacks have overflowed */
#define MTU_MAX 65520

/* Of the container's interface. The kernel passes on 64 kB of TCP at once, in
 * whole segments: three of these are nearly that much.
 */
#define MTU_DEFAULT 21760

/* Where TCP goes through libslirp, whose window is 64 kB, it goes best in
 * segments of which there is room for several, and comes best in halves of it.
 * For those who haven't asked for smaller packets than by default.
 */
#define MTU_TO_STACK   16424
#define MTU_FROM_STACK 32807

#endif
