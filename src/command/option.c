// SPDX-License-Identifier: Apache-2.0
#include "command/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "command/suggest.h"

static const struct option_row no_rows[] = { { 0 } };

static const struct option_row help_row = {
	.name = "help",
	.letter = 'h',
	.help = "show this help and exit",
};

void list_clear(struct list *list)
{
	free(list->items);
	*list = (struct list){ 0 };
}

int option_parse_flag(const struct option_row *row, const char *value,
		      void *field, struct error *err)
{
	bool on = true;

	(void)row;
	if (value && parse_bool(value, &on) < 0)
		return error_say(err, EINVAL, "'%s' is neither true nor false",
				 value);
	*(bool *)field = on;
	return 0;
}

int option_parse_string(const struct option_row *row, const char *value,
			void *field, struct error *err)
{
	(void)row;
	(void)err;
	*(const char **)field = value;
	return 0;
}

int option_parse_list(const struct option_row *row, const char *value,
		      void *field, struct error *err)
{
	struct list *list = field;

	(void)row;
	(void)err;
	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	list->items[list->count++] = value;
	return 0;
}

int option_parse_bytes(const struct option_row *row, const char *value,
		       void *field, struct error *err)
{
	(void)row;
	if (parse_size(value, field) < 0)
		return error_say(err, EINVAL,
				 "'%s' is not a size like 512, 64m or 2g",
				 value);
	return 0;
}

int option_parse_descriptors(const struct option_row *row, const char *value,
			     void *field, struct error *err)
{
	uint64_t number;

	(void)row;
	if (parse_number(value, 1024, &number) < 0)
		return error_say(err, EINVAL, "'%s' is not a number up to 1024",
				 value);
	*(unsigned int *)field = (unsigned int)number;
	return 0;
}

/* Index of @value in the row's words, -1: not among them. */
static int find_value(const struct option_row *row, const char *value)
{
	for (int i = 0; row->values[i]; i++)
		if (!strcmp(row->values[i], value))
			return i;
	return -1;
}

/* "'x' is none of a, b, c" */
static int refuse_value(const struct option_row *row, const char *value,
			struct error *err)
{
	auto_free char *words = xstrdup(row->values[0]);

	for (int i = 1; row->values[i]; i++) {
		char *longer = xasprintf("%s, %s", words, row->values[i]);

		free(words);
		words = longer;
	}
	return error_say(err, EINVAL, "'%s' is none of %s", value, words);
}

int option_parse_choice(const struct option_row *row, const char *value,
			void *field, struct error *err)
{
	int index = find_value(row, value);

	if (index < 0)
		return refuse_value(row, value, err);
	*(unsigned int *)field = (unsigned int)index;
	return 0;
}

static const struct option_row *rows_of(const struct command *cmd)
{
	return cmd->options ? cmd->options : no_rows;
}

static bool is_name(const char *name, const char *word, size_t length)
{
	return name && !strncmp(name, word, length) && !name[length];
}

static const struct option_row *find_long(const struct command *cmd,
					  const char *word, size_t length)
{
	for (const struct option_row *row = rows_of(cmd); row->name; row++)
		if (is_name(row->name, word, length) ||
		    is_name(row->alias, word, length))
			return row;
	return is_name(help_row.name, word, length) ? &help_row : NULL;
}

static const struct option_row *find_letter(const struct command *cmd,
					    char letter)
{
	for (const struct option_row *row = rows_of(cmd); row->name; row++)
		if (row->letter == letter)
			return row;
	if (letter == '?' && cmd->one_dash)
		return &help_row;
	return letter == help_row.letter ? &help_row : NULL;
}

const char *command_program(const struct command *cmd)
{
	return cmd->program ? cmd->program : "holt";
}

bool option_is_help(const struct option_row *row)
{
	return row == &help_row;
}

struct option_row option_help_row(const struct command *cmd)
{
	struct option_row row = help_row;

	if (find_letter(cmd, row.letter) != &help_row)
		row.letter = '\0';
	return row;
}

/* Say that @word (of @length bytes) is no option; @name is what was looked
 * for, without dashes and value. Who takes options by the custom of Go says it
 * in the words of that, which callers know.
 */
static void unknown_option(const struct command *cmd, const char *word,
			   size_t length, const char *name, struct error *err)
{
	auto_free char *wanted = xstrndup(name, strcspn(name, "="));
	struct suggestion near = suggestion_for(wanted);

	for (const struct option_row *row = rows_of(cmd); row->name; row++) {
		suggestion_consider(&near, row->hidden ? NULL : row->name);
		suggestion_consider(&near, row->hidden ? NULL : row->alias);
	}
	suggestion_consider(&near, help_row.name);
	(void)error_say(err, EINVAL, "%s%.*s%s%s%s; see '%s%s%s --help'",
			cmd->one_dash ? "flag provided but not defined: "
				      : "unknown option ",
			(int)length, word, near.best ? " (did you mean --" : "",
			near.best ? near.best : "", near.best ? "?)" : "",
			command_program(cmd), cmd->name ? " " : "",
			cmd->name ? cmd->name : "");
}

/* Take a value from the next word, when the option's own word has none. */
static const char *value_of(struct option_walk *walk,
			    const struct option_row *row, const char *attached)
{
	if (attached || !row->value || walk->at >= walk->argc)
		return attached;
	return walk->argv[walk->at++];
}

static int next_letter(struct option_walk *walk, struct option_hit *ret_hit,
		       struct error *err)
{
	const char *rest = walk->letters + 1, *attached = NULL;
	const struct option_row *row = find_letter(walk->cmd, *walk->letters);

	if (!row) {
		const char letter[] = { '-', *walk->letters };
		const char *word = walk->argv[walk->at - 1];
		bool is_whole =
			walk->cmd->one_dash && walk->letters == word + 1;

		/* "-rm" was meant to be "--rm" more often than not. */
		unknown_option(walk->cmd, is_whole ? word : letter,
			       is_whole ? strcspn(word, "=") : sizeof(letter),
			       word + 1, err);
		return -EINVAL;
	}
	if (*rest == '=')
		attached = rest + 1;
	else if (*rest && row->value)
		attached = rest;
	walk->letters = *rest && !attached ? rest : NULL;
	*ret_hit = (struct option_hit){ row, value_of(walk, row, attached) };
	return 1;
}

/* Is @word, which begins with one dash, a long name by the custom of Go? One
 * letter is a letter.
 */
static bool is_long_by_one_dash(const struct command *cmd, const char *word)
{
	size_t length = strcspn(word + 1, "=");

	return cmd->one_dash && length > 1 && find_long(cmd, word + 1, length);
}

int option_next(struct option_walk *walk, struct option_hit *ret_hit,
		struct error *err)
{
	const struct option_row *row;
	const char *word;
	size_t length, dashes = 2;

	if (walk->letters)
		return next_letter(walk, ret_hit, err);
	if (walk->at >= walk->argc)
		return 0;
	word = walk->argv[walk->at];
	if (word[0] != '-' || !word[1])
		return 0;
	walk->at++;
	if (!strcmp(word, "--"))
		return 0;
	if (word[1] != '-') {
		if (!is_long_by_one_dash(walk->cmd, word)) {
			walk->letters = word + 1;
			return next_letter(walk, ret_hit, err);
		}
		dashes = 1;
	}

	length = strcspn(word, "=");
	row = find_long(walk->cmd, word + dashes, length - dashes);
	if (!row) {
		unknown_option(walk->cmd, word, length, word + 2, err);
		return -EINVAL;
	}

	const char *attached = word[length] ? word + length + 1 : NULL;

	*ret_hit = (struct option_hit){ row, value_of(walk, row, attached) };
	return 1;
}

static int store(const struct option_hit *hit, void *into, struct error *err)
{
	const struct option_row *row = hit->row;
	void *field = (char *)into + row->offset;

	if (row->value && !hit->value)
		return error_say(err, EINVAL, "--%s needs a value: %s",
				 row->name, row->value);
	if (row->strict && hit->value && find_value(row, hit->value) < 0) {
		(void)refuse_value(row, hit->value, err);
		return error_wrap(err, "--%s", row->name);
	}
	if (row->parse && row->parse(row, hit->value, field, err) < 0)
		return error_wrap(err, "--%s", row->name);
	return 0;
}

/* Was the option @name among those seen? */
static bool was_seen(const struct command *cmd, const bool *seen,
		     const char *name)
{
	const struct option_row *row = find_long(cmd, name, strlen(name));

	return row && !option_is_help(row) && seen[row - cmd->options];
}

static int check_exclusions(const struct command *cmd, const bool *seen,
			    struct error *err)
{
	for (const struct option_exclusion *pair = cmd->exclusions;
	     pair && pair->one; pair++)
		if (was_seen(cmd, seen, pair->one) &&
		    was_seen(cmd, seen, pair->other))
			return error_say(
				err, EINVAL,
				"--%s and --%s can't be given together",
				pair->one, pair->other);
	return 0;
}

/* Move the word at @from behind all others. */
static void move_to_end(char **argv, int from, int argc)
{
	char *word = argv[from];

	memmove(&argv[from], &argv[from + 1],
		(size_t)(argc - from - 1) * sizeof(*argv));
	argv[argc - 1] = word;
}

/* option_next(), that also finds what stands behind operands where the command
 * has it so: an operand goes to the end of all @total words, and out of the
 * walk, until only operands are left.
 */
static int option_next_anywhere(struct option_walk *walk, int total,
				struct option_hit *ret_hit, struct error *err)
{
	for (;;) {
		int before = walk->at;
		int result = option_next(walk, ret_hit, err);
		bool ended = walk->at > before; /* by "--" */

		if (result != 0 || !walk->cmd->options_anywhere)
			return result;
		for (int left = walk->argc - walk->at; ended && left > 0;
		     left--)
			move_to_end(walk->argv, walk->at, total);
		if (ended || walk->at >= walk->argc)
			return 0;
		move_to_end(walk->argv, walk->at, total);
		walk->argc--;
	}
}

/* Walk to the end, storing values, and mark in @seen which rows were met. A
 * flag that was switched off again doesn't count as given.
 */
static int store_all(struct option_walk *walk, bool *seen, void *into,
		     struct error *err)
{
	const struct option_row *first = rows_of(walk->cmd);
	struct option_hit hit = { 0 };
	int total = walk->argc, result;

	while ((result = option_next_anywhere(walk, total, &hit, err)) > 0) {
		if (option_is_help(hit.row))
			continue;
		if (store(&hit, into, err) < 0)
			return -err->code;
		seen[hit.row - first] =
			hit.row->parse != option_parse_flag ||
			*(bool *)((char *)into + hit.row->offset);
	}
	return result;
}

int options_parse(const struct command *cmd, int argc, char **argv, void *into,
		  struct error *err)
{
	struct option_walk walk = { cmd, argc, argv, 1, NULL };
	size_t count = 0;

	while (rows_of(cmd)[count].name)
		count++;

	auto_free bool *seen = xcalloc(count, sizeof(*seen));
	int result = store_all(&walk, seen, into, err);

	if (result == 0)
		result = check_exclusions(cmd, seen, err);
	if (result < 0 && cmd->name)
		(void)error_wrap(err, "%s", cmd->name);
	return result < 0 ? result : walk.at;
}
