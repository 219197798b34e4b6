// SPDX-License-Identifier: Apache-2.0
/* What the holder of a network writes down for the next one, in case it is
 * killed: who is on it, and in which namespace. The namespace lives on as long
 * as one of those is there who were started on it, for they have it open too.
 *
 * Nothing of it is believed without looking: processes are named by number and
 * start time, and the namespace has to be found again at one of them.
 */
#ifndef NETWORK_RECORD_H
#define NETWORK_RECORD_H

#include "network/members.h"

/** record_identify() - Note which process it is whose end ends the membership
 */
void record_identify(struct member *member);

/**
 * record_write() - Write it down
 * @directory:	From place_open()
 * @netns:	Descriptor of the network's namespace
 *
 * Return: 0, negative errno
 */
must_check int record_write(int directory, const struct definition *definition,
			    int netns, const struct members *members);

/** record_exists() - Has a holder ended without tidying up? */
bool record_exists(int directory, const struct definition *definition);

/**
 * record_read() - Find what is left of it
 * @members:	Empty; gets those that are still there. NULL: of no interest
 *
 * Return: descriptor of the namespace; -1: it is gone, and so is the network
 */
int record_read(int directory, const struct definition *definition,
		struct members *members);

/** record_remove() - Return: 0, negative errno */
int record_remove(int directory, const struct definition *definition);

#endif
