// SPDX-License-Identifier: Apache-2.0
/* The holder, from the side of who uses it. */
#include <fcntl.h>
#include <json.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/proc.h"
#include "network/holder.h"
#include "network/message.h"
#include "network/place.h"
#include "network/record.h"

/* A holder may end just when somebody comes. */
enum { TRIES = 5 };

void membership_clear(struct membership *membership)
{
	if (membership->netns >= 0)
		close(membership->netns);
	if (membership->userns >= 0)
		close(membership->userns);
	free(membership->address);
	free(membership->address6);
	free(membership->interface);
	*membership = MEMBERSHIP_NONE;
}

/* Unless it is the one we are in. */
must_check static int find_userns(struct membership *membership,
				  struct error *err)
{
	auto_close int owner = ioctl(membership->netns, NS_GET_USERNS);
	struct stat theirs, ours;

	if (owner < 0 || fstat(owner, &theirs) < 0 ||
	    stat("/proc/self/ns/user", &ours) < 0)
		return error_set(err, errno,
				 "find the network's user namespace");
	if (theirs.st_ino != ours.st_ino)
		membership->userns = steal_fd(&owner);
	return 0;
}

/* Ask, and hear the answer. @ret: for auto_json */
must_check static int ask(int sock, struct json_object *request, int fd,
			  struct json_object **ret,
			  struct membership *ret_membership, struct error *err)
{
	struct json_object *text;
	int result = message_send(sock, request, fd);

	if (result < 0)
		return error_set(err, -result, "ask its holder");
	if (message_receive(sock, ret, &ret_membership->netns, err) < 0)
		return -err->code;
	text = json_object_object_get(*ret, "error");
	if (text)
		return error_say(err,
				 json_object_get_int(
					 json_object_object_get(*ret, "code")),
				 "%s", json_object_get_string(text));
	return find_userns(ret_membership, err);
}

/* Under the lock. */
must_check static int start_holder(const struct definition *definition,
				   struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };
	struct error answer = { 0 };
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int ready = pipes[0];
	auto_close int say = pipes[1];
	const int fds[] = { -1, -1, -1, say };

	strv_add(&argv, xstrdup("holt"));
	strv_add(&argv, xstrdup("keep-network"));
	strv_add(&argv, xstrdup(definition->name));
	if (process_spawn_orphan("/proc/self/exe", argv.items, fds,
				 ARRAY_COUNT(fds), err) < 0)
		return -err->code;
	close(steal_fd(&say));
	if (read(ready, &answer, sizeof(answer)) != sizeof(answer))
		return error_say(err, ECHILD,
				 "the process that holds it was killed");
	answer.text[sizeof(answer.text) - 1] = '\0';
	if (!answer.code)
		return 0;
	*err = answer;
	return -err->code;
}

must_check static int start_locked(int directory,
				   const struct definition *definition,
				   struct error *err)
{
	/* The caller unlocks it. */
	if (flock(directory, LOCK_EX) < 0)
		return error_set(err, errno, "lock the running networks");

	/* Another may have begun it meanwhile. */
	auto_close int sock = place_connect(directory, definition);

	return sock >= 0 ? 0 : start_holder(definition, err);
}

static bool is_nobody(int code)
{
	return code == ENOENT || code == ECONNREFUSED;
}

static struct json_object *make_join(const struct joiner *joiner)
{
	const struct {
		const char *key, *value;
	} words[] = {
		{ "do", "join" },
		{ "id", joiner->id },
		{ "name", joiner->name },
		{ "interface", joiner->interface },
		{ "address", joiner->address },
		{ "address6", joiner->address6 },
	};
	struct json_object *request = json_object_new_object();
	struct json_object *aliases = json_object_new_array();

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (words[i].value)
			(void)json_object_object_add(
				request, words[i].key,
				json_object_new_string(words[i].value));
	for (size_t i = 0; joiner->aliases && i < joiner->aliases->count; i++)
		(void)json_object_array_add(
			aliases,
			json_object_new_string(joiner->aliases->items[i]));
	(void)json_object_object_add(request, "aliases", aliases);
	return request;
}

static char *read_text(struct json_object *answer, const char *key)
{
	struct json_object *member = json_object_object_get(answer, "member");
	struct json_object *text = json_object_object_get(member, key);

	return text ? xstrdup(json_object_get_string(text)) : NULL;
}

/* "10.89.0.2" becomes "10.89.0.2/24". Return: NULL if there is none */
static char *read_address(struct json_object *answer, const char *key,
			  const struct subnet *subnet)
{
	auto_free char *text = read_text(answer, key);

	return text ? xasprintf("%s/%u", text, subnet->prefix) : NULL;
}

must_check static int try_join(int directory,
			       const struct definition *definition,
			       const struct joiner *joiner,
			       struct membership *ret, struct error *err)
{
	auto_json struct json_object *request = make_join(joiner);
	auto_json struct json_object *answer = NULL;
	auto_close int sock = place_connect(directory, definition);
	int result;

	if (is_nobody(-sock)) {
		result = start_locked(directory, definition, err);
		(void)flock(directory, LOCK_UN);
		if (result < 0)
			return result;
		sock = place_connect(directory, definition);
	}
	if (sock < 0)
		return error_set(err, -sock, "connect to its holder");
	if (ask(sock, request, joiner->alive, &answer, ret, err) < 0)
		return -err->code;
	ret->address = read_address(answer, "address", &definition->subnet);
	ret->address6 = read_address(answer, "address6", &definition->subnet6);
	if (!ret->address)
		return error_say(err, EPROTO, "its holder gave no address");
	return 0;
}

int holder_join(const struct definition *definition,
		const struct joiner *joiner, struct membership *ret,
		struct error *err)
{
	auto_close int directory = place_open(NULL, err);

	for (int i = 0; directory >= 0 && i < TRIES; i++) {
		auto_with(membership_clear) struct membership membership =
			MEMBERSHIP_NONE;

		if (try_join(directory, definition, joiner, &membership, err) ==
		    0) {
			*ret = membership;
			membership = MEMBERSHIP_NONE;
			return 0;
		}
		if (!is_nobody(err->code) && err->code != ECONNRESET &&
		    err->code != EPIPE)
			break;
	}
	return error_wrap(err, "network %s", definition->name);
}

/* Only where there is something to take over. */
must_check static int renew(int directory, const struct definition *definition,
			    struct error *err)
{
	int result;

	if (!record_exists(directory, definition))
		return 0;
	result = start_locked(directory, definition, err);
	(void)flock(directory, LOCK_UN);
	return result;
}

void holder_renew(const struct definition *definition)
{
	struct error ignored;
	auto_close int directory = place_open(NULL, &ignored);
	auto_close int sock =
		directory < 0 ? -EBADF : place_connect(directory, definition);

	if (is_nobody(-sock))
		(void)!renew(directory, definition, &ignored);
}

/* @renews: if it was killed, start another. Return: socket to it, negative
 * errno
 */
must_check static int find_holder(int directory,
				  const struct definition *definition,
				  bool renews, struct error *err)
{
	int sock = place_connect(directory, definition);

	if (renews && is_nobody(-sock)) {
		if (renew(directory, definition, err) < 0)
			return -err->code;
		sock = place_connect(directory, definition);
	}
	return sock < 0 ? error_set(err, -sock, "connect to its holder") : sock;
}

int holder_leave(const struct definition *definition, const char *id,
		 struct membership *ret, struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	auto_json struct json_object *answer = NULL;
	auto_close int directory = place_open(NULL, err);
	auto_close int sock = -1;
	int result;

	if (directory < 0)
		return -err->code;
	(void)json_object_object_add(request, "do",
				     json_object_new_string("leave"));
	(void)json_object_object_add(request, "id", json_object_new_string(id));
	sock = find_holder(directory, definition, true, err);
	result = sock < 0 ? sock : ask(sock, request, -1, &answer, ret, err);
	if (result == 0)
		ret->interface = read_text(answer, "interface");
	/* One that finds nobody to take over ends. */
	if (is_nobody(-result) || result == -ECONNRESET)
		(void)error_say(err, ENOENT, "the container isn't on it");
	return result < 0 ? error_wrap(err, "network %s", definition->name) : 0;
}

int holder_look(int directory, const struct definition *definition,
		struct membership *ret)
{
	auto_json struct json_object *request = json_object_new_object();
	auto_json struct json_object *answer = NULL;
	struct error ignored;
	auto_close int sock =
		find_holder(directory, definition, false, &ignored);

	(void)json_object_object_add(request, "do",
				     json_object_new_string("list"));
	return sock < 0 ? sock : ask(sock, request, -1, &answer, ret, &ignored);
}

struct json_object *holder_members(const struct definition *definition)
{
	auto_with(membership_clear) struct membership ignored = MEMBERSHIP_NONE;
	auto_json struct json_object *request = json_object_new_object();
	auto_json struct json_object *answer = NULL;
	struct error err;
	auto_close int directory = place_open(NULL, &err);
	auto_close int sock =
		directory < 0 ? -1
			      : find_holder(directory, definition, true, &err);
	struct json_object *members;

	(void)json_object_object_add(request, "do",
				     json_object_new_string("list"));
	if (sock < 0 || ask(sock, request, -1, &answer, &ignored, &err) < 0)
		return json_object_new_array();
	members = json_object_object_get(answer, "members");
	return members ? json_object_get(members) : json_object_new_array();
}

int holder_names_path(const struct definition *definition, char **ret,
		      struct error *err)
{
	auto_free char *directory = NULL;
	auto_free char *file = place_file(definition, "names");
	auto_close int fd = place_open(&directory, err);

	if (fd < 0)
		return -err->code;
	*ret = xasprintf("%s/%s", directory, file);
	return 0;
}
