// SPDX-License-Identifier: Apache-2.0
/* What a shell offers where a value or an operand stands: words that we know,
 * or a directive that leaves it to the shell.
 */
#ifndef CLI_OFFER_H
#define CLI_OFFER_H

#include <stdio.h>

#include "command/option.h"

/* Where candidates go, and which of them are wanted. */
struct offering {
	FILE *out;
	const char *prefix; /* printed before each, as part of the word */
	const char *typed;  /* what the word has after .prefix so far */
};

/**
 * offering_put() - Offer @candidate if it begins with what was typed
 * @why:	One line; NULL: none
 */
void offering_put(const struct offering *offering, const char *candidate,
		  const char *why);

/** offering_all() - Offer everything of kind @offer. */
void offering_all(const struct offering *offering, enum offer offer);

#endif
