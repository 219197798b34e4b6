// SPDX-License-Identifier: Apache-2.0
/* holt run: what was typed, and how it becomes a struct spec. */
#ifndef CLI_RUN_SETTINGS_H
#define CLI_RUN_SETTINGS_H

#include "command/option.h"
#include "container/caller.h"
#include "container/network.h"
#include "idmap/apply.h"
#include "image/find.h"
#include "image/writable.h"
#include "network/holder.h"
#include "oci/image_config.h"
#include "oci/spec.h"

/* One member an option; all borrowed from the command line. */
struct run_settings {
	bool rm, interactive, tty, privileged, read_only, publish_all;
	enum { RUN_INIT_UNSAID, RUN_INIT_YES, RUN_INIT_NO } init;
	const char *bundle, *rootfs;
	const char *name, *cidfile, *stop_signal;
	enum { PULL_MISSING, PULL_ALWAYS, PULL_NEVER, PULL_NEWER } pull;
	enum {
		IMAGE_VOLUME_ANONYMOUS,
		IMAGE_VOLUME_BIND,
		IMAGE_VOLUME_TMPFS,
		IMAGE_VOLUME_IGNORE,
	} image_volume;
	bool quiet;
	const char *platform;
	const char *entrypoint, *workdir, *user, *hostname;
	const char *userns, *pid, *ipc, *uts;
	const char *address, *address6;
	uint64_t shm_size; /* bytes; 0: the default */
	struct list env, env_files;
	struct list volumes, mounts, tmpfs, devices;
	struct list dns, dns_search, dns_option, add_hosts;
	struct list networks, network_aliases;
	struct list publish, expose;
	struct list net_allow, net_deny;
	const char *net_log;
	struct list cap_add, cap_drop, security_opts, ulimits, sysctls;
	uint32_t preserve_fds;
	char *const *command; /* what follows ROOT, ends with NULL */
};

/* run_options.c: a row an option, and which don't go together. */
extern const struct option_row run_options[];
extern const struct option_exclusion run_exclusions[];

/* A network that the container is to share with others. */
struct run_shared {
	struct definition definition;
	struct strv aliases;
	char *interface; /* "eth0" */
	char *address;   /* wanted; NULL: any */
	char *address6;
	struct membership membership; /* of run_join() */
};

/* What a container has of its image. Zero: none. */
struct run_image {
	struct store store; /* locked until the container has what it needs */
	struct found_image found;
	struct image_config config;
	struct writable writable;
};

/* Everything that options decide beside the spec itself. */
struct run_request {
	struct spec spec;
	struct caller caller;
	char *id;                     /* 64 hexadecimal digits, owned */
	struct idmap_helpers helpers; /* found if the id maps need them */
	bool has_network;
	struct network_settings network; /* if has_network */
	struct run_shared *shared;       /* beside that; owned */
	size_t shared_count;
	bool is_bundle; /* the spec is a bundle's: only what was typed changes
			   it */
	char *bundle;   /* its directory, absolute; NULL: none */
	bool is_image;  /* the root is an image's */
	struct run_image image;      /* if so */
	struct run_volumes *volumes; /* run_volumes.c; NULL: none is used */
};

void run_request_clear(struct run_request *request);

/**
 * run_path_error() - Record why a path of the host's can't be used
 * @code:	errno of the attempt; for EACCES the directory is named that
 * denies
 * @option:	The path was given to it
 *
 * Return: -@code
 */
int run_path_error(struct error *err, int code, const char *option,
		   const char *path);

/* Reads one value of a repeatable option into the spec. */
typedef int run_add_fn(struct spec *spec, const char *word, struct error *err);

/** run_for_each() - @add every value; an error gets the option's name. */
must_check int run_for_each(const struct list *list, const char *option,
			    run_add_fn *add, struct spec *spec,
			    struct error *err);

/** run_is_address() - Is it an IP address? */
bool run_is_address(const char *text);

/** run_has_mount() - Is something mounted on just @path? */
bool run_has_mount(const struct spec *spec, const char *path);

/* Which file system a container gets. */
enum run_root {
	RUN_ROOT_HOST,
	RUN_ROOT_BUSYBOX,
	RUN_ROOT_HELLO,
	RUN_ROOT_ROOTFS,
	RUN_ROOT_IMAGE
};

/**
 * run_make_request() - From what was typed to what is wanted
 * @settings:	As parsed
 * @root:	"host", "busybox", "hello" or an image; NULL with --rootfs or
 * --bundle
 * @ret:	Empty; also what is to be cleared after a failure
 *
 * Reads files (passwd of the root, --env-file, a bundle), changes nothing but
 * the store, where an image may have to be pulled and unpacked.
 *
 * Return: 0, negative errno
 */
must_check int run_make_request(const struct run_settings *settings,
				const char *root, struct run_request *ret,
				struct error *err);

/* The steps of the above, a file each. */

/** run_root.c: namespaces, mounts and root of a container as we make them. */
must_check int run_set_root(const struct run_settings *settings,
			    enum run_root root, struct run_request *request,
			    struct error *err);

/** run_busybox.c: the root 'busybox'. */
must_check int run_set_busybox(struct spec *spec, struct error *err);

/** run_hello.c: the root 'hello'. */
must_check int run_set_hello(struct spec *spec, struct error *err);

/** run_namespaces.c: --userns, --pid, --ipc, --uts. */
must_check int run_set_namespaces(const struct run_settings *settings,
				  struct run_request *request,
				  struct error *err);

/** run_ids.c: the id maps of the new user namespace. */
must_check int run_set_ids(const struct run_settings *settings,
			   struct run_request *request, struct error *err);

/** run_network.c: --network, --add-host; hosts and resolv.conf. */
must_check int run_set_network(const struct run_settings *settings,
			       struct run_request *request, struct error *err);

/**
 * run_read_slirp() - What comes behind --network slirp: or slirp4netns:
 * @options:	"NAME=VALUE,..."
 *
 * Return: 0, negative errno
 */
must_check int run_read_slirp(const char *options, struct network_settings *ret,
			      struct error *err);

/** run_read_pasta() - The same behind pasta:, "--NAME,VALUE,..." */
must_check int run_read_pasta(const char *options, struct network_settings *ret,
			      struct error *err);

/** run_joined_container() - X of --network container:X, or NULL */
const char *run_joined_container(const struct run_settings *settings);

/** run_shared.c: --network NAME, --network-alias, --ip, --ip6. */
must_check int run_set_shared(const struct run_settings *settings,
			      struct run_request *request, struct error *err);

/**
 * run_join() - Join the networks that are shared; /etc/hosts gets the address
 * @name:	Of the container; NULL: none
 *
 * Until this process ends. Return: 0, negative errno
 */
must_check int run_join(struct run_request *request, const char *name,
			struct error *err);

/**
 * run_wire() - Make the interfaces
 * @netns:	The container's network namespace
 *
 * Return: 0, negative errno
 */
must_check int run_wire(const struct run_request *request, int netns,
			struct error *err);

/** run_leave() - The container has ended, and we will */
void run_leave(const struct run_request *request);

/* Who knows names, unless --dns says. */
enum run_resolver { RUN_RESOLVER_NONE, RUN_RESOLVER_OURS, RUN_RESOLVER_HOSTS };

/** run_resolver.c: --dns, --dns-search, --dns-option; of run_set_network(). */
must_check int run_set_resolver(const struct run_settings *settings,
				struct run_request *request,
				enum run_resolver resolver, struct error *err);

/** run_ports.c: -p, -P, --expose; after the above. */
must_check int run_set_ports(const struct run_settings *settings,
			     struct run_request *request, struct error *err);

/** run_egress.c: --net-allow, --net-deny, --net-log; after run_set_network().
 */
must_check int run_set_egress(const struct run_settings *settings,
			      struct run_request *request, struct error *err);

/** run_mounts.c: -v, --mount, --tmpfs, --device, --shm-size, --read-only. */
must_check int run_set_mounts(const struct run_settings *settings,
			      struct run_request *request, struct error *err);

/* run_volumes.c: volumes that have a name. */

/** run_volumes_begin() - Make them where they are missing, and use them */
must_check int run_volumes_begin(struct run_request *request,
				 struct error *err);

/** run_volumes_are_fresh() - Is something to be copied into one? */
bool run_volumes_are_fresh(const struct run_request *request);

/** run_volumes_copied() - It has been, and the command hasn't begun. */
void run_volumes_copied(const struct run_request *request);

void run_volumes_end(struct run_request *request);

/** run_mounts.c: a volume that has no name. Return: NULL: @err says why */
struct spec_mount *run_add_anonymous(struct spec *spec, const char *target,
				     struct error *err);

run_add_fn run_add_mount;  /* run_mount_words.c: --mount */
run_add_fn run_add_device; /* run_devices.c: --device */
run_add_fn run_add_limit;  /* run_limits.c: --ulimit */

/** run_devices.c: for --privileged, what the user may open anyway. */
void run_add_all_devices(struct spec *spec);

/** run_security.c: capabilities, --privileged, --security-opt, limits. */
must_check int run_set_security(const struct run_settings *settings,
				struct run_request *request, struct error *err);

/** run_process.c: command, environment, user, working directory. */
must_check int run_set_process(const struct run_settings *settings,
			       struct run_request *request, struct error *err);

/* run_image.c: a root that is an image's. */

void run_image_clear(struct run_image *image);

/**
 * run_find_image() - Find the image, pull it if that is wanted, read its config
 * @word:	As it was typed
 *
 * Return: 0, negative errno
 */
must_check int run_find_image(const struct run_settings *settings,
			      const char *word, struct run_request *request,
			      struct error *err);

/**
 * run_take_config() - What the image says of its containers becomes the spec's
 *
 * Command, environment, user, directory, stop signal; of the labels nothing:
 * they say nothing that holt acts on. image-spec conversion.md.
 */
void run_take_config(struct run_request *request);

/**
 * run_stack_layers() - Unpack what isn't yet, and show that on a terminal; the
 *			layers become the root
 *
 * When the ids are known, for they decide who owns the files.
 */
must_check int run_stack_layers(const struct run_settings *settings,
				struct run_request *request, struct error *err);

/** run_image_make_writable() - Where the container's writes go. */
must_check int run_image_make_writable(struct run_request *request,
				       struct error *err);

/** run_image_started() - It has what it needs of the store. */
void run_image_started(struct run_request *request);

/** run_image_ended() - What it has written goes. */
void run_image_ended(struct run_request *request);

#endif
