// SPDX-License-Identifier: Apache-2.0
#include "runtime/log.h"

#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"

enum destination { TO_STDERR, TO_FILE, TO_SYSLOG, TO_JOURNAL };

/* Of --log, opened. Lines come from everywhere, so this is one of the few
 * things that are not handed from caller to callee.
 */
static struct {
	enum destination kind;
	enum runtime_log_format format;
	int fd;
	char *tag; /* for syslog(3), which keeps the pointer */
} target = { .fd = -1 };

static const char *level_word(enum log_level level)
{
	static const char *const words[] = {
		[LEVEL_ERROR] = "error",
		[LEVEL_WARNING] = "warning",
		[LEVEL_INFO] = "info",
		[LEVEL_DEBUG] = "debug",
	};

	return words[level];
}

static int syslog_priority(enum log_level level)
{
	static const int priorities[] = {
		[LEVEL_ERROR] = LOG_ERR,
		[LEVEL_WARNING] = LOG_WARNING,
		[LEVEL_INFO] = LOG_INFO,
		[LEVEL_DEBUG] = LOG_DEBUG,
	};

	return priorities[level];
}

static void now(char *text, size_t room)
{
	time_t seconds = time(NULL);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) ||
	    !strftime(text, room, "%Y-%m-%dT%H:%M:%SZ", &tm))
		text[0] = '\0';
}

/* {"level":"error","msg":"...","time":"..."} */
static char *format_json(enum log_level level, const char *text)
{
	auto_json struct json_object *line = json_object_new_object();
	char when[32];

	now(when, sizeof(when));
	(void)json_object_object_add(line, "level",
				     json_object_new_string(level_word(level)));
	(void)json_object_object_add(line, "msg", json_object_new_string(text));
	(void)json_object_object_add(line, "time",
				     json_object_new_string(when));
	return xasprintf("%s\n",
			 json_object_to_json_string_ext(
				 line, JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* For a line that others take apart again: nothing of @text begins another one,
 * and none of @specials ends a string.
 */
static char *escape(const char *text, const char *specials)
{
	char *escaped = xcalloc(2, strlen(text) + 1), *end = escaped;

	for (; *text; text++) {
		char c = *text;

		if (c == '\n' || strchr(specials, c))
			*end++ = '\\';
		if (c == '\n')
			c = 'n';
		*end++ = c;
	}
	*end = '\0';
	return escaped;
}

/* time="..." level=error msg="..." */
static char *format_text(enum log_level level, const char *text)
{
	auto_free char *msg = escape(text, "\"\\");
	char when[32];

	now(when, sizeof(when));
	return xasprintf("time=\"%s\" level=%s msg=\"%s\"\n", when,
			 level_word(level), msg);
}

/* journald's native protocol: "KEY=value" lines in one datagram; a value of
 * several lines would need another form.
 */
static void write_journal(enum log_level level, const char *text)
{
	static const struct sockaddr_un journal = {
		.sun_family = AF_UNIX,
		.sun_path = "/run/systemd/journal/socket",
	};
	auto_free char *message = escape(text, "");
	auto_free char *line =
		xasprintf("PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nMESSAGE=%s\n",
			  syslog_priority(level), target.tag, message);

	(void)sendto(target.fd, line, strlen(line), MSG_NOSIGNAL,
		     (const struct sockaddr *)&journal, sizeof(journal));
}

static void write_log(enum log_level level, const char *text)
{
	auto_free char *line = NULL;

	switch (target.kind) {
	case TO_STDERR:
		(void)fprintf(stderr, "holt-runtime: %s: %s\n",
			      level_word(level), text);
		return;
	case TO_SYSLOG:
		syslog(syslog_priority(level), "%s", text);
		return;
	case TO_JOURNAL:
		write_journal(level, text);
		return;
	case TO_FILE:
		line = target.format == RUNTIME_LOG_JSON
			       ? format_json(level, text)
			       : format_text(level, text);
		/* Nowhere is left to say that the log can't be written. */
		(void)!fd_write_all(target.fd, line, strlen(line));
		return;
	}
}

static bool has_prefix(const char *text, const char *prefix,
		       const char **ret_rest)
{
	size_t length = strlen(prefix);

	if (strncmp(text, prefix, length) != 0)
		return false;
	*ret_rest = text + length;
	return true;
}

static int open_destination(const char *log, struct error *err)
{
	const char *rest = log;

	if (has_prefix(log, "syslog:", &rest) ||
	    has_prefix(log, "journald:", &rest)) {
		target.kind = *log == 's' ? TO_SYSLOG : TO_JOURNAL;
		target.tag = xstrdup(*rest ? rest : "holt-runtime");
		if (target.kind == TO_SYSLOG) {
			openlog(target.tag, LOG_PID, LOG_DAEMON);
			return 0;
		}
		target.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (target.fd < 0)
			return error_set(err, errno, "--log %s", log);
		return 0;
	}
	(void)has_prefix(log, "file:", &rest);
	target.kind = TO_FILE;
	target.fd = open(rest, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (target.fd < 0) {
		target.kind = TO_STDERR;
		return error_set(err, errno, "--log %s", log);
	}
	return 0;
}

int runtime_log_open(const struct runtime *globals, struct error *err)
{
	static const enum log_level levels[] = { LEVEL_ERROR, LEVEL_WARNING,
						 LEVEL_INFO, LEVEL_DEBUG };

	target.format = globals->log_format;
	log_set_level(globals->debug ? LEVEL_DEBUG
				     : levels[globals->log_level]);
	log_set_writer(write_log);
	if (globals->log && *globals->log)
		return open_destination(globals->log, err);
	return 0;
}

int runtime_log_error(const struct error *err)
{
	bool plain = err->complete || !err->code;
	auto_free char *text = xasprintf("%s%s%s", err->text, plain ? "" : ": ",
					 plain ? "" : strerror(err->code));

	if (target.kind != TO_STDERR)
		write_log(LEVEL_ERROR, text);
	(void)fprintf(stderr, "holt-runtime: %s\n", text);
	return err->exit_code ? err->exit_code : 1;
}
