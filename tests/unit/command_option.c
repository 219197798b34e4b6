// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <string.h>

#include "command/option.h"

enum pull { PULL_ALWAYS, PULL_MISSING, PULL_NEVER };

struct settings {
	bool tty, interactive, detach;
	const char *name, *network;
	struct list env;
	uint64_t memory;
	enum pull pull;
	int level;
};

static int parse_level(const struct option_row *row, const char *value,
		       void *field, struct error *err)
{
	(void)row;
	if (strcmp(value, "high") != 0)
		return error_say(err, ERANGE, "'%s' is no level", value);
	*(int *)field = 9;
	return 0;
}

static const struct option_row rows[] = {
	{ .name = "tty", .letter = 't', OPTION_FIELD(struct settings, tty) },
	{
		.name = "interactive",
		.letter = 'i',
		OPTION_FIELD(struct settings, interactive),
	},
	{ .name = "detach", OPTION_FIELD(struct settings, detach) },
	{
		.name = "name",
		.letter = 'n',
		.value = "NAME",
		OPTION_FIELD(struct settings, name),
	},
	{
		.name = "network",
		.alias = "net",
		.value = "KIND",
		.strict = true,
		.values = OPTION_VALUES("none", "host"),
		OPTION_FIELD(struct settings, network),
	},
	{
		.name = "env",
		.letter = 'e',
		.value = "NAME=VALUE",
		OPTION_FIELD(struct settings, env),
	},
	{
		.name = "memory",
		.letter = 'm',
		.value = "SIZE",
		OPTION_FIELD(struct settings, memory),
	},
	{
		.name = "pull",
		.value = "WHEN",
		.values = OPTION_VALUES("always", "missing", "never"),
		OPTION_FIELD(struct settings, pull),
	},
	{
		.name = "level",
		.value = "LEVEL",
		.hidden = true,
		OPTION_PARSED(struct settings, level, parse_level),
	},
	{ 0 },
};

static const struct option_exclusion exclusions[] = {
	{ "detach", "interactive" },
	{ 0 },
};

static const struct command cmd = {
	.name = "run",
	.options = rows,
	.exclusions = exclusions,
};

static struct settings settings;
static struct error err;

/* Parse words up to NULL, as the command would get them. */
#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static int parse(const char *const *words)
{
	static char copies[16][64];
	char *argv[17] = { strcpy(copies[0], "run") };
	int argc = 1;

	settings = (struct settings){ 0 };
	err = (struct error){ 0 };
	for (; *words; words++, argc++)
		argv[argc] = strcpy(copies[argc], *words);
	return options_parse(&cmd, argc, argv, &settings, &err);
}

Test(option, all_ways_to_give_a_value)
{
	cr_assert_eq(PARSE("--name=a"), 2);
	cr_assert_str_eq(settings.name, "a");
	cr_assert_eq(PARSE("--name", "b", "root"), 3);
	cr_assert_str_eq(settings.name, "b");
	cr_assert_eq(PARSE("-nc"), 2);
	cr_assert_str_eq(settings.name, "c");
	cr_assert_eq(PARSE("-n", "d"), 3);
	cr_assert_str_eq(settings.name, "d");
	cr_assert_eq(PARSE("-n=e"), 2);
	cr_assert_str_eq(settings.name, "e");
	cr_assert_eq(PARSE("--name="), 2);
	cr_assert_str_eq(settings.name, "");
	cr_assert_eq(PARSE("--name", "--tty"), 3);
	cr_assert_str_eq(settings.name, "--tty");
	cr_assert_not(settings.tty);
}

Test(option, letters_cluster)
{
	cr_assert_eq(PARSE("-it", "root"), 2);
	cr_assert(settings.interactive && settings.tty);
	cr_assert_eq(PARSE("-itnbox"), 2);
	cr_assert(settings.interactive && settings.tty);
	cr_assert_str_eq(settings.name, "box");
	cr_assert_eq(PARSE("-itn", "box", "root"), 3);
	cr_assert_str_eq(settings.name, "box");
}

Test(option, the_first_other_word_ends_the_options)
{
	cr_assert_eq(PARSE("-t", "host", "ls", "-l", "--name=x"), 2);
	cr_assert_null(settings.name);
	cr_assert_eq(PARSE("-t", "--", "-i"), 3);
	cr_assert_not(settings.interactive);
	cr_assert_eq(PARSE("-", "-i"), 1);
}

Test(option, a_flag_can_be_switched_off)
{
	cr_assert_eq(PARSE("--tty", "--tty=false"), 3);
	cr_assert_not(settings.tty);
	cr_assert_eq(PARSE("-t=false", "--interactive=true"), 3);
	cr_assert(settings.interactive && !settings.tty);
	cr_assert_eq(PARSE("--tty=perhaps"), -EINVAL);
	cr_assert_str_eq(err.text,
			 "run: --tty: 'perhaps' is neither true nor false");
}

Test(option, a_list_keeps_the_order_and_the_last_scalar_wins)
{
	cr_assert_eq(PARSE("-eA=1", "--env", "B=2", "-e", "C", "-m1k", "-m2k"),
		     8);
	cr_assert_eq(settings.env.count, 3);
	cr_assert_str_eq(settings.env.items[0], "A=1");
	cr_assert_str_eq(settings.env.items[1], "B=2");
	cr_assert_str_eq(settings.env.items[2], "C");
	cr_assert_eq(settings.memory, 2048);
	list_clear(&settings.env);
	cr_assert_null(settings.env.items);
	cr_assert_eq(settings.env.count, 0);
}

Test(option, an_alias_is_the_same_option)
{
	cr_assert_eq(PARSE("--net=host"), 2);
	cr_assert_str_eq(settings.network, "host");
}

Test(option, values_are_checked)
{
	cr_assert_eq(PARSE("--network=hosts"), -EINVAL);
	cr_assert_str_eq(err.text,
			 "run: --network: 'hosts' is none of none, host");
	cr_assert_eq(PARSE("--pull=never"), 2);
	cr_assert_eq(settings.pull, PULL_NEVER);
	cr_assert_eq(PARSE("--pull", ""), -EINVAL);
	cr_assert_eq(PARSE("-m1x"), -EINVAL);
	cr_assert_str_eq(
		err.text,
		"run: --memory: '1x' is not a size like 512, 64m or 2g");
}

Test(option, a_row_can_bring_its_own_parser)
{
	cr_assert_eq(PARSE("--level=high"), 2);
	cr_assert_eq(settings.level, 9);
	cr_assert_eq(PARSE("--level=low"), -ERANGE);
	cr_assert_str_eq(err.text, "run: --level: 'low' is no level");
}

Test(option, a_missing_value_is_named)
{
	cr_assert_eq(PARSE("-t", "--name"), -EINVAL);
	cr_assert_str_eq(err.text, "run: --name needs a value: NAME");
	cr_assert_eq(PARSE("-tn"), -EINVAL);
	cr_assert_str_eq(err.text, "run: --name needs a value: NAME");
}

Test(option, an_unknown_option_is_named_with_a_near_one)
{
	cr_assert_eq(PARSE("--memroy=5"), -EINVAL);
	cr_assert_str_eq(err.text, "run: unknown option --memroy (did you mean "
				   "--memory?); see 'holt run --help'");
	cr_assert_eq(PARSE("-itx"), -EINVAL);
	cr_assert_str_eq(err.text,
			 "run: unknown option -x; see 'holt run --help'");
	cr_assert_eq(PARSE("-detach"), -EINVAL);
	cr_assert_str_eq(err.text,
			 "run: unknown option -d (did you mean --detach?); "
			 "see 'holt run --help'");
}

Test(option, hidden_ones_are_not_suggested)
{
	cr_assert_eq(PARSE("--levl=high"), -EINVAL);
	cr_assert_null(strstr(err.text, "did you mean"), "%s", err.text);
}

Test(option, exclusions_are_rows)
{
	cr_assert_eq(PARSE("--detach", "-i"), -EINVAL);
	cr_assert_str_eq(err.text, "run: --detach and --interactive can't be "
				   "given together");
	cr_assert_eq(PARSE("--detach", "-i=false"), 3);
	cr_assert_eq(PARSE("--detach", "-t"), 3);
}

Test(option, a_command_without_rows_knows_help_only)
{
	static const struct command bare = { .name = "version" };
	char name[] = "version", word[] = "-h", *argv[] = { name, word };
	struct option_walk walk = { &bare, 2, argv, 1, NULL };
	struct option_hit hit = { 0 };

	cr_assert_eq(option_next(&walk, &hit, &err), 1);
	cr_assert(option_is_help(hit.row));
	cr_assert_eq(option_next(&walk, &hit, &err), 0);
	cr_assert_eq(walk.at, 2);
}

Test(option, a_letter_h_of_its_own_is_not_help)
{
	static const struct option_row own[] = {
		{
			.name = "hostname",
			.letter = 'h',
			.value = "NAME",
			OPTION_FIELD(struct settings, name),
		},
		{ 0 },
	};
	static const struct command run = { .name = "run", .options = own };
	char name[] = "run", word[] = "-hbox", *argv[] = { name, word };

	cr_assert_eq(options_parse(&run, 2, argv, &settings, &err), 2);
	cr_assert_str_eq(settings.name, "box");
	cr_assert_eq(option_help_row(&run).letter, '\0');
	cr_assert_eq(option_help_row(&cmd).letter, 'h');
}

/* The command line of holt-runtime: engines write "-no-subreaper" and put
 * options behind the id.
 */
static const struct command anywhere = {
	.name = "kill",
	.program = "holt-runtime",
	.options = rows,
	.one_dash = true,
	.options_anywhere = true,
};

static char *anywhere_argv[16];

#define PARSE_ANYWHERE(...) \
	parse_anywhere((const char *const[]){ __VA_ARGS__, NULL })

/* Return: the number of operands, which are the last words */
static int parse_anywhere(const char *const *words)
{
	static char copies[16][64];
	int argc = 1, first;

	anywhere_argv[0] = strcpy(copies[0], "kill");
	for (; *words; words++, argc++)
		anywhere_argv[argc] = strcpy(copies[argc], *words);
	first = options_parse(&anywhere, argc, anywhere_argv, &settings, &err);
	return first < 0 ? first : argc - first;
}

Test(option, takes_a_long_name_with_one_dash)
{
	cr_assert_eq(PARSE_ANYWHERE("-detach", "-name=x", "-network", "host",
				    "-ti", "id"),
		     1);
	cr_assert(settings.detach && settings.tty && settings.interactive);
	cr_assert_str_eq(settings.name, "x");
	cr_assert_str_eq(settings.network, "host");
}

Test(option, finds_options_behind_operands_and_keeps_their_order)
{
	cr_assert_eq(PARSE_ANYWHERE("one", "--name", "x", "two", "-t", "--",
				    "-three", "four"),
		     4);
	cr_assert_str_eq(anywhere_argv[5], "one");
	cr_assert_str_eq(anywhere_argv[6], "two");
	cr_assert_str_eq(anywhere_argv[7], "-three");
	cr_assert_str_eq(anywhere_argv[8], "four");
	cr_assert_str_eq(settings.name, "x");
	cr_assert(settings.tty);
}

Test(option, names_the_program_of_the_command)
{
	cr_assert_eq(PARSE_ANYWHERE("--nosuch"), -EINVAL);
	cr_assert_str_eq(
		err.text,
		"kill: flag provided but not defined: --nosuch; see 'holt-runtime kill --help'");
	cr_assert_eq(PARSE_ANYWHERE("-Xsuch=1"), -EINVAL);
	cr_assert_str_eq(
		err.text,
		"kill: flag provided but not defined: -Xsuch; see 'holt-runtime kill --help'");
	cr_assert_eq(PARSE_ANYWHERE("-tX"), -EINVAL);
	cr_assert_str_eq(
		err.text,
		"kill: flag provided but not defined: -X; see 'holt-runtime kill --help'");
}
