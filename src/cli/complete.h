// SPDX-License-Identifier: Apache-2.0
/* What may stand in place of the last word of a command line, for the shells.
 * The answer comes from the option rows; completions/ holds a few lines for
 * each shell that ask for it.
 *
 * Each line is "candidate TAB why". A candidate is the whole word; one that
 * ends with "=" or ":" wants more right behind it. ":files", ":dirs" and
 * ":commands" ask the shell to offer those itself.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stdio.h>

/**
 * complete() - Print the candidates for the last word
 * @count:	Of @words; 0 is the same as one empty word
 * @words:	After our own name, up to the cursor
 */
void complete(FILE *out, int count, char **words);

#endif
