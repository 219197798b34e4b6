// SPDX-License-Identifier: Apache-2.0
/* holt login and logout: who we are to a registry. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "cli/commands.h"
#include "cli/remote_options.h"
#include "image/credentials.h"
#include "image/job.h"

enum { SECRET_MAX = 64 << 10 };

struct login_settings {
	struct remote_options remote;
	const char *username, *password;
	bool password_stdin, get_login;
};

static const struct option_row login_options[] = {
	REMOTE_AUTHFILE(struct login_settings),
	REMOTE_CERT_DIR(struct login_settings),
	{
		.name = "get-login",
		.help = "print who we are there, and ask nobody",
		OPTION_FIELD(struct login_settings, get_login),
	},
	{
		.name = "password",
		.letter = 'p',
		.value = "PASSWORD",
		.help = "others see it in the list of processes",
		OPTION_FIELD(struct login_settings, password),
	},
	{
		.name = "password-stdin",
		.help = "read the password from standard input",
		OPTION_FIELD(struct login_settings, password_stdin),
	},
	REMOTE_TLS_VERIFY(struct login_settings),
	{
		.name = "username",
		.letter = 'u',
		.value = "USER",
		.help = "who to be; is asked for otherwise",
		OPTION_FIELD(struct login_settings, username),
	},
	{ 0 },
};

static const struct option_exclusion login_exclusions[] = {
	{ "password", "password-stdin" },
	{ 0 },
};

/* One line of the terminal, or of what is in its place; owned. */
must_check static int ask(const char *prompt, bool hidden, char **ret,
			  struct error *err)
{
	struct termios usual, silent;
	bool is_hidden = hidden && tcgetattr(STDIN_FILENO, &usual) == 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	(void)fputs(prompt, stderr);
	if (is_hidden) {
		silent = usual;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	}
	length = getline(&line, &room, stdin);
	if (is_hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
		(void)fputc('\n', stderr);
	}
	if (length <= 0) {
		free(line);
		return error_say(err, EINVAL, "nothing was answered");
	}
	line[strcspn(line, "\r\n")] = '\0';
	*ret = line;
	return 0;
}

must_check static int find_password(const struct login_settings *settings,
				    char **ret, struct error *err)
{
	if (settings->password) {
		*ret = xstrdup(settings->password);
		return 0;
	}
	if (!settings->password_stdin)
		return ask("Password: ", true, ret, err);
	if (fd_read_text(STDIN_FILENO, SECRET_MAX, ret, NULL, err) < 0)
		return error_wrap(err, "read the password");
	(*ret)[strcspn(*ret, "\r\n")] = '\0';
	return 0;
}

/* "https://HOST/v2/" and "HOST" are HOST. Owned. */
static char *host_of(const char *word)
{
	const char *start = strstr(word, "://");
	auto_free char *host = NULL;

	start = start ? start + 3 : word;
	host = xstrndup(start, strcspn(start, "/"));
	if (strcmp(host, "index.docker.io") == 0 ||
	    strcmp(host, "registry-1.docker.io") == 0)
		return xstrdup("docker.io");
	return steal_ptr(&host);
}

must_check static int print_login(const char *authfile, const char *host,
				  struct error *err)
{
	auto_with(credentials_clear) struct credentials known = { 0 };

	if (credentials_find(authfile, host, &known, err) < 0)
		return -err->code;
	if (!known.username && !known.identity_token)
		return error_say(err, ENOENT, "not logged into %s", host);
	(void)puts(known.username ? known.username : "<token>");
	return 0;
}

must_check static int try(const char *host, const struct credentials *wanted,
			  const struct remote_settings *remote,
			  struct error *err)
{
	auto_json struct json_object *request = NULL;

	if (remote_host_request(host, wanted->username, wanted->password,
				remote, &request, err) < 0)
		return -err->code;
	return job_run(
		&(struct job_order){ .name = "login", .request = request },
		NULL, NULL, err);
}

must_check static int login_to(const struct login_settings *settings,
			       const char *host, struct error *err)
{
	auto_with(credentials_clear) struct credentials wanted = { 0 };
	struct remote_settings remote;

	if (remote_options_check(&settings->remote, &remote, err) < 0)
		return -err->code;
	if (settings->get_login)
		return print_login(remote.authfile, host, err);
	if (settings->password_stdin && !settings->username)
		return error_say(err, EINVAL,
				 "--password-stdin needs --username");
	if (settings->username)
		wanted.username = xstrdup(settings->username);
	else if (ask("Username: ", false, &wanted.username, err) < 0)
		return -err->code;
	if (find_password(settings, &wanted.password, err) < 0 ||
	    try(host, &wanted, &remote, err) < 0 ||
	    credentials_put(remote.authfile, host, &wanted, err) < 0)
		return -err->code;
	(void)puts("Login Succeeded!");
	return 0;
}

static int login(int argc, char **argv, struct error *err)
{
	struct login_settings settings = { .remote = REMOTE_OPTIONS_USUAL };
	int first = options_parse(&cmd_login, argc, argv, &settings, err);
	auto_free char *host = NULL;

	if (first < 0)
		return first;
	if (argc - first > 1)
		return error_say(err, EINVAL, "login: name one registry");
	host = host_of(first < argc ? argv[first] : "docker.io");
	return login_to(&settings, host, err) < 0
		       ? error_wrap(err, "login to %s", host)
		       : 0;
}

const struct command cmd_login = {
	.name = "login",
	.synopsis = "[OPTION]... [REGISTRY]",
	.summary = "Tell a registry who you are, and remember it",
	.options = login_options,
	.exclusions = login_exclusions,
	.options_anywhere = true,
	.run = login,
};

struct logout_settings {
	const char *authfile;
	bool all;
};

static const struct option_row logout_options[] = {
	{
		.name = "all",
		.letter = 'a',
		.help = "forget every registry's",
		OPTION_FIELD(struct logout_settings, all),
	},
	{
		.name = "authfile",
		.offer = OFFER_FILE,
		.value = "FILE",
		.help = "where it is kept",
		OPTION_FIELD(struct logout_settings, authfile),
	},
	{ 0 },
};

static int logout(int argc, char **argv, struct error *err)
{
	struct logout_settings settings = { 0 };
	int first = options_parse(&cmd_logout, argc, argv, &settings, err);
	auto_free char *host = NULL;

	if (first < 0)
		return first;
	if (argc - first > 1 || (settings.all && first < argc))
		return error_say(err, EINVAL,
				 "logout: name one registry, or give --all");
	host = host_of(first < argc ? argv[first] : "docker.io");
	if (credentials_remove(settings.authfile, settings.all ? NULL : host,
			       err) < 0)
		return error_wrap(err, "logout");
	if (settings.all)
		(void)puts("Removed login credentials for all registries");
	else
		(void)printf("Removed login credentials for %s\n", host);
	return 0;
}

const struct command cmd_logout = {
	.name = "logout",
	.synopsis = "[OPTION]... [REGISTRY]",
	.summary = "Forget who you are to a registry",
	.options = logout_options,
	.options_anywhere = true,
	.run = logout,
};
