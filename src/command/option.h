// SPDX-License-Identifier: Apache-2.0
/* Command lines as tables: one row an option. Parsing, --help, completion and
 * the test of the man pages all read the same rows, so none of them can say
 * something else than the others.
 *
 * A command line is walked by option_next() alone. options_parse() stores what
 * it yields, completion and --help only look at where it stands.
 */
#ifndef COMMAND_OPTION_H
#define COMMAND_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a shell offers for a value or an operand. */
enum offer {
	OFFER_NONE,
	OFFER_FILE,
	OFFER_DIRECTORY,
	OFFER_COMMAND,    /* of holt */
	OFFER_PROGRAM,    /* found in PATH, then files */
	OFFER_ROOT,       /* "host", "busybox", "hello", names of images */
	OFFER_USER,       /* login names */
	OFFER_GROUP,      /* group names */
	OFFER_SIGNAL,     /* TERM, KILL, ... */
	OFFER_CAPABILITY, /* CHOWN, NET_ADMIN, ... */
	OFFER_VARIABLE,   /* names in our environment */
	OFFER_NETWORK,    /* names of networks that were made */
	OFFER_CONTAINER,  /* names of running containers */
	OFFER_IMAGE,      /* names of images */
	OFFER_VOLUME,     /* names of volumes */
	OFFER_TRANSPORT,  /* oci: and such, and files behind them */
	OFFER_COUNT,
};

/* The words of a repeatable option, in order. Zero is the empty list. */
struct list {
	const char **items; /* borrowed from the command line */
	size_t count;
};

/** list_clear() - Free the list, not its words, and leave an empty one. */
void list_clear(struct list *list);

struct option_row;

/**
 * option_parse_fn - Read a value into a field
 * @row:	Whose option it is
 * @value:	NULL only for a flag given without one
 * @field:	Of the type the parser knows
 *
 * Return: 0, negative errno with a text that names @value, not the option
 */
typedef int option_parse_fn(const struct option_row *row, const char *value,
			    void *field, struct error *err);

option_parse_fn option_parse_flag;   /* bool: --x, --x=false */
option_parse_fn option_parse_string; /* const char *, borrowed; last wins */
option_parse_fn option_parse_list;   /* struct list, borrowed words */
option_parse_fn option_parse_bytes;  /* uint64_t: 512, 64m, 2g */
option_parse_fn option_parse_descriptors; /* unsigned int: a number of them */
option_parse_fn option_parse_choice; /* enum: index of the word in .values */

struct option_row {
	const char *name;  /* long name, without the dashes */
	const char *alias; /* another long name, as in podman; NULL: none */
	const char *group; /* heading in --help of this row and the next ones */
	char letter;       /* short name; 0: none */
	bool hidden;       /* works, but is in neither --help nor completion */
	bool strict;       /* a value that isn't in .values is refused */
	enum offer offer;
	const char *value;         /* what help calls it; NULL: a flag */
	const char *help;          /* lower case, no final stop; is wrapped */
	const char *const *values; /* words to offer; ends with NULL */
	option_parse_fn *parse;
	size_t offset; /* of the field that gets the value */
};

/* The field's type picks the parser, so the two can't disagree. An enum needs
 * .values in its own order, and counts as unsigned in C.
 */
#define OPTION_FIELD(type, member) \
	.offset = offsetof(type, member), \
	.parse = _Generic(((type *)0)->member, \
		bool: option_parse_flag, \
		const char *: option_parse_string, \
		struct list: option_parse_list, \
		uint64_t: option_parse_bytes, \
		unsigned int: option_parse_choice)

/* A field of another type, or a value that deserves a stricter look. */
#define OPTION_PARSED(type, member, parser) \
	.offset = offsetof(type, member), .parse = (parser)

/* .values of a row, written in place. */
#define OPTION_VALUES(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

/* Two long names that can't be given together. */
struct option_exclusion {
	const char *one, *other;
};

struct command {
	const char *name;     /* NULL: holt itself, before any command */
	const char *synopsis; /* what follows the name in "Usage:" */
	const char *summary;  /* one line, capital, no final stop */
	const char *details;  /* further lines of --help; NULL: none */
	const struct option_row *options; /* ends with { 0 }; NULL: none */
	const struct option_exclusion *exclusions; /* ends with { 0 } */
	enum offer
		operands[3]; /* of the first, the second, all further words */
	bool internal; /* not for people: unlisted, reads its words itself */
	const char *program; /* that it belongs to; NULL: "holt" */
	bool one_dash;       /* "-name" is "--name", as Go's programs have it */
	bool options_anywhere; /* also behind operands, up to "--" */
	/* In place of options and operands: commands of its own, with .program
	 * "holt NAME"; ends with NULL. With .run too: what is none of them is
	 * its operand.
	 */
	const struct command *const *commands;

	/* @argv[0] is the name. Return: exit status, or negative errno */
	int (*run)(int argc, char **argv, struct error *err);
	/* In place of it, for programs whose commands need what the options
	 * before the command's name have set.
	 */
	int (*run_under)(const void *globals, int argc, char **argv,
			 struct error *err);
};

/* A place in a command line. Set .cmd, .argc, .argv and .at (first word to
 * look at); the rest starts as zero.
 */
struct option_walk {
	const struct command *cmd;
	int argc;
	char **argv;
	int at;              /* index of the next word */
	const char *letters; /* what is left of a cluster like -it, or NULL */
};

struct option_hit {
	const struct option_row *row;
	const char *value; /* NULL: a flag, or the words ended before it */
};

/**
 * option_next() - Take the next option off a command line
 * @walk:	Moves on; at the end .at is the first word that is no option
 * @ret_hit:	Untouched unless 1 is returned
 * @err:	EINVAL: names the unknown option and perhaps a near one
 *
 * The end is the first word that is no option, or "--", which is passed over.
 * Every command knows --help, and -h unless that letter is its own.
 *
 * Return: 1 for an option, 0 at the end, negative errno
 */
must_check int option_next(struct option_walk *walk, struct option_hit *ret_hit,
			   struct error *err);

/** command_program() - The program @cmd belongs to, for messages and help. */
const char *command_program(const struct command *cmd);

/** option_is_help() - Is @row the --help that every command has? */
bool option_is_help(const struct option_row *row);

/** option_help_row() - The row of --help, its letter dropped if @cmd took it.
 */
struct option_row option_help_row(const struct command *cmd);

/**
 * options_parse() - Read a command's options
 * @cmd:	Whose rows to go by
 * @argc:	Number of words in @argv, the command's name being the first
 * @argv:	With .options_anywhere the operands are moved to its end
 * @into:	The settings that the rows' offsets are of; lists in it grow
 * @err:	Says which word was bad
 *
 * Return: index of the first word that is left, negative errno
 */
must_check int options_parse(const struct command *cmd, int argc, char **argv,
			     void *into, struct error *err);

#endif
