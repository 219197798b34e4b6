// SPDX-License-Identifier: Apache-2.0
/* Connections of the container whose other end was the holt-net before us, and
 * is nowhere now. The kernel tells who sends something; who only reads would
 * wait for ever.
 */
#ifndef NET_ORPHANS_H
#define NET_ORPHANS_H

/**
 * orphans_abort() - End them: reads and writes fail (ECONNABORTED)
 *
 * In the container's network namespace, with CAP_NET_ADMIN there, before it
 * has an interface of ours again. Where the kernel has no means for it
 * (CONFIG_INET_DIAG_DESTROY) they stay.
 */
void orphans_abort(void);

#endif
