// SPDX-License-Identifier: Apache-2.0
/* Who we are to a registry. */
#ifndef IMAGE_CREDENTIAL_H
#define IMAGE_CREDENTIAL_H

#include "base/error.h"

/* For credentials_clear(). All NULL: none. */
struct credentials {
	char *username, *password;
	char *identity_token; /* in place of both */
};

void credentials_clear(struct credentials *credentials);

#endif
