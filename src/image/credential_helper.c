// SPDX-License-Identifier: Apache-2.0
#include "image/credential_helper.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/proc.h"

enum { ANSWER_MAX = 64 << 10 };

/* What a helper calls the user if it is an identity token that it keeps. */
#define TOKEN_USER "<token>"

must_check static int input_of(const char *text, struct error *err)
{
	auto_close int fd = memfd_create("input", MFD_CLOEXEC);
	int result = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	if (result < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return error_set(err, result < 0 ? -result : errno,
				 "write to a credential helper");
	return steal_fd(&fd);
}

must_check static int start(const char *name, const char *action, int input,
			    int output, struct process *ret, struct error *err)
{
	auto_free char *path = NULL;
	auto_free char *program = xstrdup(name), *word = xstrdup(action);
	char *argv[] = { program, word, NULL };
	int fds[] = { input, output, -1 };

	if (strchr(name, '/') || program_find(name, getenv("PATH"), &path) < 0)
		return error_say(
			err, EOPNOTSUPP,
			"%s, which the file of credentials names, isn't in PATH",
			name);
	return process_spawn(path, argv, fds, ARRAY_COUNT(fds), ret, err);
}

/* Run it with @text as its input; @ret is its output, owned. */
must_check static int call(const char *helper, const char *action,
			   const char *text, char **ret, struct error *err)
{
	auto_free char *name = xasprintf("docker-credential-%s", helper);
	auto_free char *answer = NULL;
	struct process process = { 0, -1 };
	auto_close int input = input_of(text, err);
	int ends[2], status, result;

	if (input < 0)
		return input;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int from = ends[0];
	auto_close int to = ends[1];

	if (start(name, action, input, to, &process, err) < 0)
		return -err->code;
	close(steal_fd(&to));
	result = fd_read_text(from, ANSWER_MAX, &answer, NULL, err);
	if (result < 0)
		(void)process_kill(&process, SIGKILL);
	status = process_wait(&process);
	if (result < 0)
		return error_wrap(err, "read from %s", name);
	if (status != 0 && answer && strstr(answer, "not found"))
		return error_say(err, ENOENT, "%s knows nothing of it", name);
	if (status != 0)
		return error_say(err, EIO, "%s %s: exit status %d: %.200s",
				 name, action, status, answer ? answer : "");
	*ret = steal_ptr(&answer);
	return 0;
}

int credential_helper_get(const char *helper, const char *registry,
			  struct credentials *ret, struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "Username",
		  JSON_MEMBER(struct credentials, username) },
		{ .key = "Secret", JSON_MEMBER(struct credentials, password) },
		{ 0 },
	};
	auto_with(credentials_clear) struct credentials found = { 0 };
	auto_json struct json_object *root = NULL;
	auto_free char *answer = NULL;

	if (call(helper, "get", registry, &answer, err) < 0 || !answer)
		return -err->code;
	if (json_parse(answer, strlen(answer), &root, err) < 0)
		return error_wrap(err, "docker-credential-%s", helper);

	struct json_node node = { .value = root };

	if (json_read_object(&node, rows, &found, err) < 0)
		return error_wrap(err, "docker-credential-%s", helper);
	if (found.username && strcmp(found.username, TOKEN_USER) == 0) {
		free(found.username);
		found.username = NULL;
		found.identity_token = found.password;
		found.password = NULL;
	}
	*ret = found;
	found = (struct credentials){ 0 };
	return 0;
}

int credential_helper_store(const char *helper, const char *registry,
			    const struct credentials *credentials,
			    struct error *err)
{
	auto_json struct json_object *root = json_object_new_object();
	auto_free char *answer = NULL;
	const char *user = credentials->username,
		   *secret = credentials->password;

	json_object_object_add(root, "ServerURL",
			       json_object_new_string(registry));
	json_object_object_add(root, "Username",
			       json_object_new_string(user ? user : ""));
	json_object_object_add(root, "Secret",
			       json_object_new_string(secret ? secret : ""));
	return call(helper, "store", json_object_to_json_string(root), &answer,
		    err);
}

int credential_helper_erase(const char *helper, const char *registry,
			    struct error *err)
{
	auto_free char *answer = NULL;

	return call(helper, "erase", registry, &answer, err);
}
