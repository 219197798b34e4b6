// SPDX-License-Identifier: Apache-2.0
/* events: what has happened to containers, and what they use. */
#include <fcntl.h>
#include <json.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "runtime/journal.h"
#include "runtime/runtime.h"
#include "runtime/stats.h"

#define USUAL_INTERVAL_NS 5000000000 /* runc's */

struct events_settings {
	bool stats, follow;
	const char *since;
	int64_t interval_ns; /* 0: not given */
};

static int parse_interval(const struct option_row *row, const char *value,
			  void *field, struct error *err)
{
	int64_t *ns = field;
	auto_free char *milliseconds = xasprintf("%sms", value);

	(void)row;
	/* A bare number is milliseconds. */
	if (duration_parse(value, ns) < 0 &&
	    duration_parse(milliseconds, ns) < 0)
		return error_say(err, EINVAL,
				 "'%s' is not a duration such as 5s or 500ms",
				 value);
	if (*ns <= 0)
		return error_say(err, EINVAL, "'%s' is no time at all", value);
	return 0;
}

static const struct option_row events_options[] = {
	{
		.name = "follow",
		.letter = 'f',
		.help = "go on with what happens from now on",
		OPTION_FIELD(struct events_settings, follow),
	},
	{
		.name = "interval",
		.value = "DURATION",
		.help = "print what the container uses after each, until it ends",
		OPTION_PARSED(struct events_settings, interval_ns,
			      parse_interval),
	},
	{
		.name = "since",
		.value = "TIME",
		.help = "leave out what is older than a date, or 10m ago",
		OPTION_FIELD(struct events_settings, since),
	},
	{
		.name = "stats",
		.help = "print what the container uses, and end",
		OPTION_FIELD(struct events_settings, stats),
	},
	{ 0 },
};

struct reader {
	const char *root, *id; /* NULL: all */
	int64_t since_ns;
	bool has_since;
};

static const char *text_of(struct json_object *line, const char *key)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(line, key, &value)
		       ? json_object_get_string(value)
		       : "";
}

static bool is_wanted(const struct reader *reader, const char *text)
{
	auto_json struct json_object *line = json_tokener_parse(text);
	int64_t when;

	if (!line)
		return false; /* half of one, by a writer that was killed */
	if (reader->id && strcmp(text_of(line, "id"), reader->id) != 0)
		return false;
	return !reader->has_since ||
	       (timestamp_parse(text_of(line, "time"), &when) == 0 &&
		when >= reader->since_ns);
}

/* Every whole line from where the file stands. */
static void print_lines(const struct reader *reader, FILE *file)
{
	auto_free char *line = NULL;
	size_t room = 0;
	ssize_t length;

	clearerr(file);
	while ((length = getline(&line, &room, file)) > 0)
		if (line[length - 1] == '\n' && is_wanted(reader, line))
			(void)fputs(line, stdout);
	(void)fflush(stdout);
}

static FILE *open_journal(const char *root, const char *name)
{
	auto_free char *path = xasprintf("%s/%s", root, name);

	return fopen(path, "re");
}

/* Has the file made room for a new one? */
static bool is_old(const char *root, FILE *file)
{
	auto_free char *path = xasprintf("%s/" JOURNAL_FILE, root);
	struct stat held, there;

	return fstat(fileno(file), &held) < 0 || stat(path, &there) < 0 ||
	       held.st_ino != there.st_ino;
}

static int follow(const struct reader *reader, int watch, struct error *err)
{
	_Alignas(struct inotify_event) char events[4096];
	FILE *file = NULL;

	for (;;) {
		if (file && is_old(reader->root, file)) {
			print_lines(reader, file);
			(void)fclose(file);
			file = NULL;
		}
		if (!file)
			file = open_journal(reader->root, JOURNAL_FILE);
		if (file)
			print_lines(reader, file);
		if (ferror(stdout))
			break;
		if (read(watch, events, sizeof(events)) < 0 && errno != EINTR)
			break;
	}
	(void)error_set(err, errno, "follow the events of %s", reader->root);
	if (file)
		(void)fclose(file);
	return -err->code;
}

static int print_events(const struct reader *reader, bool go_on,
			struct error *err)
{
	auto_fclose FILE *old = open_journal(reader->root, JOURNAL_OLD_FILE);
	auto_fclose FILE *file = NULL;
	auto_close int watch = -1;

	/* Watched first: nothing can fall between. */
	if (go_on) {
		watch = inotify_init1(IN_CLOEXEC);
		if (watch < 0 || inotify_add_watch(watch, reader->root,
						   IN_MODIFY | IN_CREATE) < 0)
			return error_set(err, errno, "watch %s", reader->root);
	}
	if (old)
		print_lines(reader, old);
	if (go_on)
		return follow(reader, watch, err);
	file = open_journal(reader->root, JOURNAL_FILE);
	if (file)
		print_lines(reader, file);
	return 0;
}

/* What is waited for may happen to the first container there is. */
static int find_root(const struct runtime *runtime,
		     const struct events_settings *settings, char **ret,
		     struct error *err)
{
	if (settings->follow && !settings->stats)
		return state_root_make(runtime->root, ret, err);
	return state_root(runtime->root, ret, err);
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	const struct runtime *runtime = globals;
	struct events_settings settings = { 0 };
	struct reader reader = { 0 };
	auto_free char *root = NULL;
	int first = options_parse(&runtime_events, argc, argv, &settings, err);

	if (first < 0 ||
	    runtime_operands(&runtime_events, argc - first,
			     settings.stats || settings.interval_ns ? 1 : 0, 1,
			     err) < 0 ||
	    find_root(runtime, &settings, &root, err) < 0)
		return -err->code;
	reader.root = root;
	reader.id = first < argc ? argv[first] : NULL;
	reader.has_since = settings.since;
	if (settings.since &&
	    timestamp_parse(settings.since, &reader.since_ns) < 0)
		return error_say(err, EINVAL,
				 "events: --since: '%s' is no time",
				 settings.since);
	if (settings.interval_ns || (settings.stats && settings.follow))
		return stats_stream(root, reader.id,
				    settings.interval_ns ? settings.interval_ns
							 : USUAL_INTERVAL_NS,
				    err);
	return settings.stats ? stats_print(root, reader.id, err)
			      : print_events(&reader, settings.follow, err);
}

const struct command runtime_events = {
	.name = "events",
	.synopsis = "[OPTION]... [ID]",
	.summary = "Print what has happened to containers, or what one uses",
	.program = "holt-runtime",
	.options = events_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
