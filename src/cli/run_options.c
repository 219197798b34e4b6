// SPDX-License-Identifier: Apache-2.0
/* The options of holt run. */
#include "cli/run_settings.h"

static int parse_init(const struct option_row *row, const char *value,
		      void *field, struct error *err)
{
	struct run_settings *settings =
		(struct run_settings *)((char *)field -
					offsetof(struct run_settings, init));
	bool yes = true;

	if (option_parse_flag(row, value, &yes, err) < 0)
		return -err->code;
	settings->init = yes ? RUN_INIT_YES : RUN_INIT_NO;
	return 0;
}

const struct option_row run_options[] = {
	{
		.group = "What runs, and where",
		.name = "bundle",
		.value = "DIR",
		.offer = OFFER_DIRECTORY,
		.help = "run the OCI bundle in DIR: its root and config.json",
		OPTION_FIELD(struct run_settings, bundle),
	},
	{
		.name = "platform",
		.value = "OS/ARCH[/VARIANT]",
		.help = "the image for this platform, not for the machine's",
		OPTION_FIELD(struct run_settings, platform),
	},
	{
		.name = "image-volume",
		.value = "KIND",
		.values = OPTION_VALUES("anonymous", "bind", "tmpfs", "ignore"),
		.strict = true,
		.help = "what the image's volumes are: its own directories, kept writable, empty ones in memory, or nothing",
		OPTION_FIELD(struct run_settings, image_volume),
	},
	{
		.name = "pull",
		.value = "WHEN",
		.values = OPTION_VALUES("missing", "always", "never", "newer"),
		.strict = true,
		.help = "get the image from its registry: if it is missing, always, never, or if there is a newer one",
		OPTION_FIELD(struct run_settings, pull),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "don't show how far pulling is",
		OPTION_FIELD(struct run_settings, quiet),
	},
	{
		.name = "rootfs",
		.value = "DIR",
		.offer = OFFER_DIRECTORY,
		.help = "use DIR as the root; DIR:O throws changes away",
		OPTION_FIELD(struct run_settings, rootfs),
	},
	{
		.name = "entrypoint",
		.value = "COMMAND",
		.help = "put COMMAND, a word or a JSON array, before the command",
		OPTION_FIELD(struct run_settings, entrypoint),
	},
	{
		.name = "env",
		.letter = 'e',
		.value = "NAME[=VALUE]",
		.offer = OFFER_VARIABLE,
		.help = "set an environment variable, or pass on our own",
		OPTION_FIELD(struct run_settings, env),
	},
	{
		.name = "env-file",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "set the environment variables listed in FILE",
		OPTION_FIELD(struct run_settings, env_files),
	},
	{
		.name = "init",
		.help = "run a small init as PID 1, the default; --init=false: the command is it",
		OPTION_PARSED(struct run_settings, init, parse_init),
	},
	{
		.name = "interactive",
		.letter = 'i',
		.help = "let the command read our standard input",
		OPTION_FIELD(struct run_settings, interactive),
	},
	{
		.name = "tty",
		.letter = 't',
		.help = "give the command a terminal of its own",
		OPTION_FIELD(struct run_settings, tty),
	},
	{
		.name = "user",
		.letter = 'u',
		.value = "USER[:GROUP]",
		.offer = OFFER_USER,
		.help = "run as this user of the container, by name or id",
		OPTION_FIELD(struct run_settings, user),
	},
	{
		.name = "workdir",
		.letter = 'w',
		.value = "DIR",
		.help = "start in DIR of the container, made if it is missing",
		OPTION_FIELD(struct run_settings, workdir),
	},
	{
		.group = "The container",
		.name = "cidfile",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "write the container's id to FILE, which must not exist",
		OPTION_FIELD(struct run_settings, cidfile),
	},
	{
		.name = "name",
		.value = "NAME",
		.help = "call the container NAME; only one at a time can be",
		OPTION_FIELD(struct run_settings, name),
	},
	{
		.name = "preserve-fds",
		.value = "N",
		.help = "pass on N descriptors more, from 3 on",
		OPTION_PARSED(struct run_settings, preserve_fds,
			      option_parse_descriptors),
	},
	{
		.name = "rm",
		.help = "keep nothing of the container once it has ended",
		OPTION_FIELD(struct run_settings, rm),
	},
	{
		.name = "stop-signal",
		.value = "SIGNAL",
		.offer = OFFER_SIGNAL,
		.help = "signal that asks the command to end",
		OPTION_FIELD(struct run_settings, stop_signal),
	},
	{
		.group = "Files",
		.name = "device",
		.value = "HOST[:PATH]",
		.offer = OFFER_FILE,
		.help = "let the container use a device of the host",
		OPTION_FIELD(struct run_settings, devices),
	},
	{
		.name = "mount",
		.value = "KEY=VALUE,...",
		.help = "mount type=bind, tmpfs or devpts with src, dst, ro...",
		OPTION_FIELD(struct run_settings, mounts),
	},
	{
		.name = "read-only",
		.help = "make the root read-only, with tmpfs on /run and /tmp",
		OPTION_FIELD(struct run_settings, read_only),
	},
	{
		.name = "shm-size",
		.value = "SIZE",
		.help = "size of /dev/shm, in bytes or with k, m, g; 64m if not given",
		OPTION_FIELD(struct run_settings, shm_size),
	},
	{
		.name = "tmpfs",
		.value = "DIR[:OPTION,...]",
		.help = "mount an empty tmpfs on DIR",
		OPTION_FIELD(struct run_settings, tmpfs),
	},
	{
		.name = "volume",
		.letter = 'v',
		.value = "DIR:PATH[:OPTION,...]",
		.offer = OFFER_FILE,
		.help = "show DIR of the host as PATH; ro makes it read-only",
		OPTION_FIELD(struct run_settings, volumes),
	},
	{
		.group = "Network",
		.name = "add-host",
		.value = "NAME:ADDRESS",
		.help = "add a line to /etc/hosts; host-gateway is the host",
		OPTION_FIELD(struct run_settings, add_hosts),
	},
	{
		.name = "dns",
		.value = "ADDRESS",
		.help = "ask this name server instead of the host's",
		OPTION_FIELD(struct run_settings, dns),
	},
	{
		.name = "dns-option",
		.alias = "dns-opt",
		.value = "OPTION",
		.help = "options of the resolver instead of the host's, such as ndots:2",
		OPTION_FIELD(struct run_settings, dns_option),
	},
	{
		.name = "dns-search",
		.value = "DOMAIN",
		.help = "look for names in DOMAIN instead of the host's; .: in none",
		OPTION_FIELD(struct run_settings, dns_search),
	},
	{
		.name = "expose",
		.value = "PORT[/PROTOCOL]",
		.help = "say that the command listens on PORT; see -P",
		OPTION_FIELD(struct run_settings, expose),
	},
	{
		.name = "hostname",
		.letter = 'h',
		.value = "NAME",
		.help = "host name inside; the id's first 12 digits if not given",
		OPTION_FIELD(struct run_settings, hostname),
	},
	{
		.name = "net-allow",
		.value = "DESTINATION",
		.help = "let the container reach only this: NAME, *.NAME, ADDRESS or NETWORK/PREFIX, with or without :PORT[/PROTOCOL]",
		OPTION_FIELD(struct run_settings, net_allow),
	},
	{
		.name = "net-deny",
		.value = "DESTINATION",
		.help = "don't let the container reach this, whatever is allowed",
		OPTION_FIELD(struct run_settings, net_deny),
	},
	{
		.name = "net-log",
		.value = "FILE",
		.offer = OFFER_FILE,
		.help = "append what was denied to FILE, a line of JSON each",
		OPTION_FIELD(struct run_settings, net_log),
	},
	{
		.name = "network",
		.alias = "net",
		.value = "MODE",
		.values = OPTION_VALUES("none", "host", "slirp",
					"slirp:allow_host_loopback=true",
					"slirp:bypass=true"),
		.offer = OFFER_NETWORK,
		.help = "none, host, slirp[:OPTION,...]: a network of its own, the default; or NAME[:OPTION,...] of one that was made, repeatable",
		OPTION_FIELD(struct run_settings, networks),
	},
	{
		.name = "network-alias",
		.value = "NAME",
		.help = "a name more that containers on its networks find it by",
		OPTION_FIELD(struct run_settings, network_aliases),
	},
	{
		.name = "ip",
		.value = "ADDRESS",
		.help = "its IPv4 address on the network",
		OPTION_FIELD(struct run_settings, address),
	},
	{
		.name = "ip6",
		.value = "ADDRESS",
		.help = "its IPv6 address on the network",
		OPTION_FIELD(struct run_settings, address6),
	},
	{
		.name = "publish",
		.letter = 'p',
		.value = "[[ADDRESS:]PORT:]PORT[/PROTOCOL]",
		.help = "let a port of the host lead to one of the container",
		OPTION_FIELD(struct run_settings, publish),
	},
	{
		.name = "publish-all",
		.letter = 'P',
		.help = "let a free port of the host lead to each exposed one",
		OPTION_FIELD(struct run_settings, publish_all),
	},
	{
		.group = "Isolation",
		.name = "cap-add",
		.value = "CAP",
		.offer = OFFER_CAPABILITY,
		.help = "give a capability more, or all",
		OPTION_FIELD(struct run_settings, cap_add),
	},
	{
		.name = "cap-drop",
		.value = "CAP",
		.offer = OFFER_CAPABILITY,
		.help = "take a capability away, or all",
		OPTION_FIELD(struct run_settings, cap_drop),
	},
	{
		.name = "ipc",
		.value = "MODE",
		.values = OPTION_VALUES("private", "host", "shareable", "none"),
		.help = "private, host or ns:PATH: System V IPC and queues",
		OPTION_FIELD(struct run_settings, ipc),
	},
	{
		.name = "pid",
		.value = "MODE",
		.values = OPTION_VALUES("private", "host"),
		.help = "private or host: which processes can be seen",
		OPTION_FIELD(struct run_settings, pid),
	},
	{
		.name = "privileged",
		.help = "all capabilities and devices you have, no filter, no masks",
		OPTION_FIELD(struct run_settings, privileged),
	},
	{
		.name = "security-opt",
		.value = "NAME[=VALUE]",
		.values = OPTION_VALUES(
			"no-new-privileges", "seccomp=unconfined",
			"seccomp=", "mask=", "unmask=", "unmask=ALL",
			"label=disable", "apparmor=unconfined"),
		.help = "seccomp=FILE|unconfined, no-new-privileges, mask=PATH, unmask=PATH|ALL",
		OPTION_FIELD(struct run_settings, security_opts),
	},
	{
		.name = "sysctl",
		.value = "KEY=VALUE",
		.help = "set a kernel parameter of the container's namespaces",
		OPTION_FIELD(struct run_settings, sysctls),
	},
	{
		.name = "ulimit",
		.value = "NAME=SOFT[:HARD]",
		.help = "set a resource limit, such as nofile=1024:4096",
		OPTION_FIELD(struct run_settings, ulimits),
	},
	{
		.name = "userns",
		.value = "MODE",
		.values = OPTION_VALUES("host", "keep-id", "nomap"),
		.help = "host: root inside is you; keep-id: you are you; nomap: you are nobody",
		OPTION_FIELD(struct run_settings, userns),
	},
	{
		.name = "uts",
		.value = "MODE",
		.values = OPTION_VALUES("private", "host"),
		.help = "private, host or ns:PATH: the host name",
		OPTION_FIELD(struct run_settings, uts),
	},
	{ 0 },
};

const struct option_exclusion run_exclusions[] = {
	{ "bundle", "rootfs" },
	{ 0 },
};
