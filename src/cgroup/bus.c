// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a service manager listens at a socket of its own, which
 * is the shortest way to it and the one that systemctl(1) takes. Where that
 * isn't to be seen, as in a container that was given the bus alone, it is asked
 * over the bus: then some other bus may be the one we were pointed to, and has
 * to prove that there is a manager on it.
 */
#include "cgroup/bus.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

#define LIBRARY "libsystemd.so.0"

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
#define SYMBOL(name, member) \
	{ \
		(name), offsetof(struct bus_api, member) \
	}
	SYMBOL("sd_bus_call", call),
	SYMBOL("sd_bus_error_free", error_free),
	SYMBOL("sd_bus_flush_close_unref", flush_close_unref),
	SYMBOL("sd_bus_get_fd", get_fd),
	SYMBOL("sd_bus_get_property_string", get_property_string),
	SYMBOL("sd_bus_match_signal_async", match_signal_async),
	SYMBOL("sd_bus_message_append_basic", append_basic),
	SYMBOL("sd_bus_message_close_container", close_container),
	SYMBOL("sd_bus_message_new_method_call", new_method_call),
	SYMBOL("sd_bus_message_open_container", open_container),
	SYMBOL("sd_bus_message_read", read),
	SYMBOL("sd_bus_message_unref", message_unref),
	SYMBOL("sd_bus_new", new),
	SYMBOL("sd_bus_path_encode", path_encode),
	SYMBOL("sd_bus_process", process),
	SYMBOL("sd_bus_set_address", set_address),
	SYMBOL("sd_bus_set_bus_client", set_bus_client),
	SYMBOL("sd_bus_slot_unref", slot_unref),
	SYMBOL("sd_bus_start", start),
	SYMBOL("sd_bus_wait", wait),
#undef SYMBOL
};

/* It stays loaded: we are about to end. Return: is it there? */
static bool load(struct bus_api *ret, struct error *err)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);

	if (!library) {
		(void)error_say(
			err, ENOENT,
			"cgroups made by systemd need " LIBRARY
			" (package libsystemd0), which can't be loaded: %s",
			dlerror());
		return false;
	}
	for (size_t i = 0; i < ARRAY_COUNT(symbols); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (!found) {
			(void)error_say(err, ENOENT,
					LIBRARY " has no %s: it is too old",
					symbols[i].name);
			return false;
		}
		memcpy((char *)ret + symbols[i].offset, &found, sizeof(found));
	}
	return true;
}

/* Who we are where the sockets are: in a user namespace, who made it. Of its
 * map the first line counts, "INSIDE OUTSIDE COUNT": that is the one of us.
 */
static uid_t outer_uid(void)
{
	auto_free char *map = NULL;
	struct error ignored;
	unsigned long inside, outside, count;
	char *at;

	if (file_read_text("/proc/self/uid_map", 65536, &map, NULL, &ignored) <
	    0)
		return geteuid();
	inside = strtoul(map, &at, 10);
	outside = strtoul(at, &at, 10);
	count = strtoul(at, &at, 10);
	if (geteuid() < inside || geteuid() - inside >= count)
		return geteuid();
	return (uid_t)(outside + geteuid() - inside);
}

/* Engines hand on an empty variable as often as none. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static char *runtime_path(const char *file)
{
	const char *directory = variable("XDG_RUNTIME_DIR");

	return directory ? xasprintf("%s/%s", directory, file)
			 : xasprintf("/run/user/%u/%s", outer_uid(), file);
}

/* As an address of D-Bus, which has other characters escaped. */
static char *address_of(const char *path)
{
	char *address = xstrdup("unix:path=");

	for (const char *c = path; *c; c++) {
		bool plain =
			isalnum((unsigned char)*c) || strchr("-_/.\\*", *c);
		char *longer = plain ? xasprintf("%s%c", address, *c)
				     : xasprintf("%s%%%02x", address,
						 (unsigned char)*c);

		free(address);
		address = longer;
	}
	return address;
}

void bus_close(struct bus *bus)
{
	if (bus->connection)
		(void)bus->api.flush_close_unref(bus->connection);
	bus->connection = NULL;
}

/* Is there a manager on it? */
static int ask(struct bus *bus)
{
	char *version = NULL;
	int result = bus->api.get_property_string(
		bus->connection, "org.freedesktop.systemd1",
		"/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
		"Version", NULL, &version);

	free(version);
	return result;
}

/* Whoever listens at a socket has no number where we can't see him. */
static bool is_outside(const struct bus *bus)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	return getsockopt(bus->api.get_fd(bus->connection), SOL_SOCKET,
			  SO_PEERCRED, &peer, &size) == 0 &&
	       peer.pid == 0;
}

static int connect_to(struct bus *bus, const char *address, bool is_direct)
{
	int result = bus->api.new(&bus->connection);

	if (result >= 0)
		result = bus->api.set_address(bus->connection, address);
	if (result >= 0 && !is_direct)
		result = bus->api.set_bus_client(bus->connection, true);
	if (result >= 0)
		result = bus->api.start(bus->connection);
	if (result >= 0 && !is_direct)
		result = ask(bus);
	if (result < 0) {
		bus_close(bus);
		return result;
	}
	bus->is_direct = is_direct;
	bus->is_outside = is_outside(bus);
	return 0;
}

static int no_user_manager(const char *direct, const char *address, int result,
			   struct error *err)
{
	return error_say(
		err, ENOENT,
		"no service manager of user %u to make a cgroup: neither %s nor %s leads to one (%s); start it with 'loginctl enable-linger %u' and install the package dbus-user-session, or use --cgroup-manager=cgroupfs",
		outer_uid(), direct, address, strerror(-result), outer_uid());
}

static int open_user(struct bus *bus, struct error *err)
{
	const char *given = variable("DBUS_SESSION_BUS_ADDRESS");
	auto_free char *direct = runtime_path("systemd/private");
	auto_free char *direct_address = address_of(direct);
	auto_free char *usual = runtime_path("bus");
	auto_free char *usual_address = address_of(usual);
	int result;

	if (connect_to(bus, direct_address, true) == 0 ||
	    (given && connect_to(bus, given, false) == 0))
		return 0;
	result = connect_to(bus, usual_address, false);
	if (result == 0)
		return 0;
	return no_user_manager(direct, given ? given : usual_address, result,
			       err);
}

static int open_system(struct bus *bus, struct error *err)
{
	const char *given = variable("DBUS_SYSTEM_BUS_ADDRESS");
	const char *address =
		given ? given : "unix:path=/run/dbus/system_bus_socket";
	int result;

	if (connect_to(bus, "unix:path=/run/systemd/private", true) == 0)
		return 0;
	result = connect_to(bus, address, false);
	if (result == 0)
		return 0;
	return error_say(
		err, ENOENT,
		"no systemd to make a cgroup: neither /run/systemd/private nor %s leads to it (%s); where systemd isn't running, use --cgroup-manager=cgroupfs",
		address, strerror(-result));
}

int bus_open(bool is_user, struct bus *ret, struct error *err)
{
	struct bus bus = { 0 };

	if (!load(&bus.api, err) ||
	    (is_user ? open_user(&bus, err) : open_system(&bus, err)) < 0)
		return -err->code;
	*ret = bus;
	return 0;
}
