// SPDX-License-Identifier: Apache-2.0
/* The process itself. */
#include "network/holder.h"

#include <fcntl.h>
#include <json.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/file.h"
#include "container/drop.h"
#include "container/ids.h"
#include "container/keeper.h"
#include "idmap/apply.h"
#include "init/birth.h"
#include "network/members.h"
#include "network/message.h"
#include "network/place.h"
#include "network/record.h"

/* Whoever starts it joins at once. */
enum { FIRST_COMES_MS = 10000, PATIENCE_SECONDS = 2 };

struct holder {
	const struct definition *definition;
	int directory; /* of place_open() */
	int netns;
	struct members members;
	bool has_begun; /* somebody has come, or tried to */
	struct pollfd waiting[MEMBERS_MAX + 1]; /* the last is the socket */
};

/* Return: 0, negative errno */
static int write_names(const struct holder *holder)
{
	auto_free char *text =
		members_names(&holder->members, holder->definition);
	auto_free char *file = place_file(holder->definition, "names");
	const struct iovec part = { text, strlen(text) };
	int result = file_put(holder->directory, file, &part, 1, 0600);

	return result < 0 ? result
			  : record_write(holder->directory, holder->definition,
					 holder->netns, &holder->members);
}

static void put(struct json_object *object, const char *key,
		struct json_object *value)
{
	(void)json_object_object_add(object, key, value);
}

/* One request, and what becomes of it. */
struct call {
	struct json_node request;
	int alive; /* descriptor that came with it; -1: none */
	struct json_object *answer;
};

static int do_join(struct holder *holder, struct call *call, struct error *err)
{
	struct member *member;
	int result;

	holder->has_begun = true;
	if (call->alive < 0)
		return error_say(err, EPROTO, "a join without a process");
	member = members_add(&holder->members, holder->definition,
			     &call->request, call->alive, err);
	if (!member)
		return -err->code;
	(void)steal_fd(&call->alive);
	record_identify(member);
	result = write_names(holder);
	if (result < 0) {
		members_remove(&holder->members, member);
		return error_set(err, -result, "write down names");
	}
	put(call->answer, "member", member_json(member, holder->definition));
	return 0;
}

static int do_leave(struct holder *holder, struct call *call, struct error *err)
{
	struct json_object *id =
		json_object_object_get(call->request.value, "id");
	struct member *member = members_find(
		&holder->members, id ? json_object_get_string(id) : "");

	if (!member)
		return error_say(err, ENOENT, "the container isn't on it");
	put(call->answer, "member", member_json(member, holder->definition));
	members_remove(&holder->members, member);
	/* Else the names stay until somebody comes or goes. */
	(void)!write_names(holder);
	return 0;
}

static int do_list(struct holder *holder, struct call *call, struct error *err)
{
	struct json_object *list = json_object_new_array();

	(void)err;
	for (size_t i = 0; i < holder->members.count; i++)
		(void)json_object_array_add(
			list, member_json(&holder->members.list[i],
					  holder->definition));
	put(call->answer, "members", list);
	return 0;
}

static const struct {
	const char *word;
	int (*run)(struct holder *holder, struct call *call, struct error *err);
} deeds[] = {
	{ "join", do_join },
	{ "leave", do_leave },
	{ "list", do_list },
};

static int execute(struct holder *holder, struct call *call, struct error *err)
{
	struct json_object *word =
		json_object_object_get(call->request.value, "do");
	const char *wanted = word ? json_object_get_string(word) : "";

	for (size_t i = 0; i < ARRAY_COUNT(deeds); i++)
		if (!strcmp(deeds[i].word, wanted))
			return deeds[i].run(holder, call, err);
	return error_say(err, EPROTO,
			 "it knows no '%s': another holt began the network",
			 wanted);
}

static void serve(struct holder *holder, int sock)
{
	const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
	auto_json struct json_object *request = NULL;
	auto_json struct json_object *answer = json_object_new_object();
	struct call call = { .alive = -1, .answer = answer };
	struct error err = { 0 };

	/* Nobody may keep the others waiting. */
	if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    message_receive(sock, &request, &call.alive, &err) < 0)
		return;
	call.request.value = request;
	if (execute(holder, &call, &err) < 0) {
		put(answer, "error", json_object_new_string(err.text));
		put(answer, "code", json_object_new_int(err.code));
	}
	cleanup_close(&call.alive);
	(void)!message_send(sock, answer, err.code ? -1 : holder->netns);
}

/* Those whose pidfd says that they have ended. */
static void drop_dead(struct holder *holder)
{
	size_t before = holder->members.count;

	/* From behind, since the last one takes the place of a removed one. */
	for (size_t i = before; i > 0; i--)
		if (holder->waiting[i - 1].revents)
			members_remove(&holder->members,
				       &holder->members.list[i - 1]);
	if (holder->members.count < before)
		(void)!write_names(holder);
}

static void accept_one(struct holder *holder, int sock)
{
	auto_close int client = accept4(sock, NULL, NULL, SOCK_CLOEXEC);

	if (client >= 0)
		serve(holder, client);
}

/* Until everybody has left, or nobody comes. */
static void attend_members(struct holder *holder, int sock)
{
	while (!holder->has_begun || holder->members.count > 0) {
		size_t count = holder->members.count;

		for (size_t i = 0; i < count; i++)
			holder->waiting[i] =
				(struct pollfd){ holder->members.list[i].alive,
						 POLLIN, 0 };
		holder->waiting[count] = (struct pollfd){ sock, POLLIN, 0 };
		if (poll(holder->waiting, count + 1,
			 holder->has_begun ? -1 : FIRST_COMES_MS) == 0)
			return;
		drop_dead(holder);
		if (holder->waiting[count].revents)
			accept_one(holder, sock);
	}
}

/* Of a network whose holder was killed. Return: descriptor, -1 */
static int find_recorded_userns(const struct definition *definition,
				int directory)
{
	auto_close int netns = record_read(directory, definition, NULL);

	return netns < 0 ? -1 : ioctl(netns, NS_GET_USERNS);
}

/* Return: the user namespace that another network of ours is in, -1 */
static int find_other_userns(const struct definition *own, int directory)
{
	auto_with(strv_clear) struct strv names = { 0 };
	struct error ignored;

	if (definition_list(&names, &ignored) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		auto_with(definition_clear) struct definition other = { 0 };
		auto_with(membership_clear) struct membership found =
			MEMBERSHIP_NONE;

		if (definition_read(names.items[i], &other, &ignored) < 0 ||
		    !strcmp(other.id, own->id))
			continue;
		if (holder_look(directory, &other, &found) < 0)
			found.userns = find_recorded_userns(&other, directory);
		if (found.userns >= 0)
			return steal_fd(&found.userns);
	}
	return -1;
}

/* Me and my ranges, or me alone where there are none. */
must_check static int make_ids(struct ids *ret, struct error *err)
{
	if (ids_map_same(true, ret, err) == 0)
		return 0;
	ids_clear(ret);
	*ret = (struct ids){ 0 };
	return ids_map_same(false, ret, err);
}

/* Return: descriptor, -1: there is none to be used */
static int find_userns(const struct holder *holder, const struct ids *ids)
{
	auto_with(keeper_clear) struct keeper keeper = { .userns = -1 };
	int fd = find_other_userns(holder->definition, holder->directory);
	struct error ignored;

	if (fd < 0 && ids->helpers.newuidmap &&
	    keeper_find(&ids->uids, &ids->gids, &keeper, &ignored) == 0)
		fd = steal_fd(&keeper.userns);
	return fd;
}

/* A child in namespaces of its own goes on, we give it its ids and end. Return:
 * 0: it is the child that returns; negative errno
 */
must_check static int begin_userns(const struct ids *ids, struct error *err)
{
	auto_with(idmap_apply_clear) struct idmap_apply apply = { 0 };
	struct process child = { 0, -1 };
	int pipes[2];
	char byte;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int mapped = pipes[0];
	auto_close int say = pipes[1];

	child.pid = birth_clone(CLONE_NEWUSER | CLONE_NEWNET, -1, &child.pidfd);
	if (child.pid < 0)
		return error_set(err, -child.pid, "make namespaces");
	if (child.pid == 0) {
		close(steal_fd(&say));
		return read(mapped, &byte, 1) == 1
			       ? 0
			       : error_say(err, ECHILD,
					   "its ids could not be mapped");
	}
	if (idmap_apply_begin(child.pid, &ids->uids, &ids->gids, &ids->helpers,
			      &apply, err) < 0 ||
	    idmap_apply_finish(&apply, err) < 0 || write(say, "", 1) != 1) {
		process_clear(&child);
		return -err->code;
	}
	_exit(0);
}

/* The one of a holder that was killed is taken over, with all who are on it.
 * Return: was there one?
 */
static bool take_over(struct holder *holder)
{
	if (!record_exists(holder->directory, holder->definition))
		return false;
	/* Whoever started us needn't be about to come: that was for the first.
	 * He asks again if we have ended for want of members.
	 */
	holder->has_begun = true;
	holder->netns = record_read(holder->directory, holder->definition,
				    &holder->members);
	return holder->netns >= 0;
}

must_check static int enter_namespace(struct holder *holder, struct error *err)
{
	auto_with(ids_clear) struct ids ids = { 0 };
	auto_close int userns = -1;

	if (unshare(CLONE_NEWNET) < 0) {
		if (errno != EPERM)
			return error_set(err, errno,
					 "make a network namespace");
		if (make_ids(&ids, err) < 0)
			return -err->code;
		userns = find_userns(holder, &ids);
		if (userns < 0) {
			if (begin_userns(&ids, err) < 0)
				return -err->code;
		} else if (setns(userns, CLONE_NEWUSER) < 0 ||
			   unshare(CLONE_NEWNET) < 0) {
			return error_set(err, errno,
					 "make a network namespace");
		}
	}
	holder->netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (holder->netns < 0)
		return error_set(err, errno, "open /proc/self/ns/net");
	return 0;
}

static void leave_caller(void)
{
	(void)setsid();
	(void)prctl(PR_SET_NAME, "holt-network");
	(void)!chdir("/");
}

/* From the socket that others will come to, until nobody does any more. */
must_check static int hold(struct holder *holder, int sock, int ready,
			   struct error *err)
{
	int result;

	if (!take_over(holder) && enter_namespace(holder, err) < 0)
		return -err->code;
	leave_caller();
	drop_capabilities();
	result = write_names(holder);
	if (result < 0)
		return error_set(err, -result, "write down names");
	if (fd_write_all(ready, err, sizeof(*err)) < 0)
		return 0;
	close(ready);
	attend_members(holder, sock);
	return 0;
}

int holder_run(const struct definition *definition, int ready,
	       struct error *err)
{
	struct holder *holder = xcalloc(1, sizeof(*holder));
	auto_free char *socket_file = place_file(definition, "socket");
	auto_free char *names_file = place_file(definition, "names");
	int result;

	holder->definition = definition;
	holder->directory = place_open(NULL, err);
	if (holder->directory < 0)
		return -err->code;

	auto_close int sock = place_listen(holder->directory, definition, err);

	if (sock < 0)
		return -err->code;
	result = hold(holder, sock, ready, err);
	/* In this order: who comes now finds nobody, and begins another. */
	(void)unlinkat(holder->directory, socket_file, 0);
	(void)unlinkat(holder->directory, names_file, 0);
	(void)record_remove(holder->directory, definition);
	return result;
}
