// SPDX-License-Identifier: Apache-2.0
#include "cli/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

bool confirm(const char *question)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	bool yes;

	(void)fprintf(stderr, "%s [y/N] ", question);
	(void)fflush(stderr);
	length = getline(&line, &room, stdin);
	yes = length > 0 &&
	      (!strcasecmp(line, "y\n") || !strcasecmp(line, "yes\n"));
	free(line);
	return yes;
}
