// SPDX-License-Identifier: Apache-2.0
/* Exit codes, as podman and docker users know them; the table of holt(1). */
#ifndef BASE_EXIT_H
#define BASE_EXIT_H

enum exit_code {
	EXIT_HOLT = 125,           /* holt itself failed, or was misused */
	EXIT_NOT_EXECUTABLE = 126, /* the command can't be executed */
	EXIT_NOT_FOUND = 127,      /* the command wasn't found */
	EXIT_SIGNAL = 128,         /* plus the signal that ended the command */
};

#endif
