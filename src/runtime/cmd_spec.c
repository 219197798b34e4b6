// SPDX-License-Identifier: Apache-2.0
/* spec: a config.json to begin with. */
#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "runtime/runtime.h"

struct spec_settings {
	const char *bundle;
	bool rootless;
};

static const struct option_row spec_options[] = {
	{
		.name = "bundle",
		.letter = 'b',
		.value = "DIR",
		.offer = OFFER_DIRECTORY,
		.help = "write it into DIR; the current directory if not given",
		OPTION_FIELD(struct spec_settings, bundle),
	},
	{
		.name = "rootless",
		.help = "for a container of whoever calls, mapped to its root",
		OPTION_FIELD(struct spec_settings, rootless),
	},
	{ 0 },
};

/* What runc and crun give as well. @@ stands for what depends on the caller. */
static const char template[] =
	"{\"ociVersion\": \"1.3.0\","
	"\"process\": {\"terminal\": true, \"user\": {\"uid\": 0, \"gid\": 0},"
	"\"args\": [\"sh\"], \"env\": [\"PATH=/usr/local/sbin:"
	"/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\", \"TERM=xterm\"],"
	"\"cwd\": \"/\", \"capabilities\": {"
	"\"bounding\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],"
	"\"effective\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],"
	"\"permitted\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"]},"
	"\"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"hard\": 1024, \"soft\": 1024}],"
	"\"noNewPrivileges\": true},"
	"\"root\": {\"path\": \"rootfs\", \"readonly\": true},"
	"\"hostname\": \"holt\", \"mounts\": ["
	"{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"},"
	"{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\","
	"\"options\": [\"nosuid\", \"strictatime\", \"mode=755\", \"size=65536k\"]},"
	"{\"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\","
	"\"options\": [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", \"mode=0620\"]},"
	"{\"destination\": \"/dev/shm\", \"type\": \"tmpfs\", \"source\": \"shm\","
	"\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"mode=1777\", \"size=65536k\"]},"
	"{\"destination\": \"/dev/mqueue\", \"type\": \"mqueue\", \"source\": \"mqueue\","
	"\"options\": [\"nosuid\", \"noexec\", \"nodev\"]},"
	"{\"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\","
	"\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]},"
	"{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\","
	"\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"relatime\", \"ro\"]}],"
	"\"linux\": {\"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"network\"},"
	"{\"type\": \"ipc\"}, {\"type\": \"uts\"}, {\"type\": \"mount\"}, {\"type\": \"cgroup\"}],"
	"\"resources\": {\"devices\": [{\"allow\": false, \"access\": \"rwm\"}]},"
	"\"maskedPaths\": [\"/proc/acpi\", \"/proc/asound\", \"/proc/interrupts\","
	"\"/proc/kcore\", \"/proc/keys\", \"/proc/latency_stats\", \"/proc/timer_list\","
	"\"/proc/timer_stats\", \"/proc/sched_debug\", \"/proc/scsi\","
	"\"/sys/firmware\", \"/sys/devices/virtual/powercap\"],"
	"\"readonlyPaths\": [\"/proc/bus\", \"/proc/fs\", \"/proc/irq\","
	"\"/proc/sys\", \"/proc/sysrq-trigger\"]}}";

static struct json_object *one_id(uint32_t host)
{
	struct json_object *array = json_object_new_array();
	struct json_object *mapping = json_object_new_object();

	(void)json_object_object_add(mapping, "containerID",
				     json_object_new_int(0));
	(void)json_object_object_add(mapping, "hostID",
				     json_object_new_int64(host));
	(void)json_object_object_add(mapping, "size", json_object_new_int(1));
	(void)json_object_array_add(array, mapping);
	return array;
}

/* What the machine's root alone may limit goes. */
static void make_rootless(struct json_object *document)
{
	struct json_object *linux_object = NULL, *namespaces = NULL;
	struct json_object *user = json_object_new_object();

	(void)json_object_object_get_ex(document, "linux", &linux_object);
	(void)json_object_object_get_ex(linux_object, "namespaces",
					&namespaces);
	(void)json_object_object_add(user, "type",
				     json_object_new_string("user"));
	(void)json_object_array_add(namespaces, user);
	(void)json_object_object_add(linux_object, "uidMappings",
				     one_id(geteuid()));
	(void)json_object_object_add(linux_object, "gidMappings",
				     one_id(getegid()));
	json_object_object_del(linux_object, "resources");
}

static int write_config(const char *directory, struct json_object *document,
			struct error *err)
{
	auto_free char *path =
		xasprintf("%s/config.json", directory ? directory : ".");
	auto_free char *text = xasprintf(
		"%s\n",
		json_object_to_json_string_ext(
			document, JSON_C_TO_STRING_PRETTY |
					  JSON_C_TO_STRING_SPACED |
					  JSON_C_TO_STRING_NOSLASHESCAPE));
	auto_close int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int result;

	if (fd < 0 && errno == EEXIST)
		return error_say(err, EEXIST,
				 "spec: %s exists: remove it first", path);
	result = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));
	if (result < 0)
		return error_set(err, -result, "spec: write %s", path);
	return 0;
}

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	struct spec_settings settings = { 0 };
	auto_json struct json_object *document = NULL;
	int first = options_parse(&runtime_spec, argc, argv, &settings, err);

	(void)globals;
	if (first < 0 ||
	    runtime_operands(&runtime_spec, argc - first, 0, 0, err) < 0 ||
	    json_parse(template, strlen(template), &document, err) < 0)
		return -err->code;
	if (settings.rootless)
		make_rootless(document);
	return write_config(settings.bundle, document, err);
}

const struct command runtime_spec = {
	.name = "spec",
	.synopsis = "[OPTION]...",
	.summary = "Write a config.json to begin with",
	.program = "holt-runtime",
	.options = spec_options,
	.one_dash = true,
	.options_anywhere = true,
	.run_under = run,
};
