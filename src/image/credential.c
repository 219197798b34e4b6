// SPDX-License-Identifier: Apache-2.0
#include "image/credential.h"

#include <stdlib.h>

void credentials_clear(struct credentials *credentials)
{
	free(credentials->username);
	free(credentials->password);
	free(credentials->identity_token);
	*credentials = (struct credentials){ 0 };
}
