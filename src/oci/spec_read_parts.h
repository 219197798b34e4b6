// SPDX-License-Identifier: Apache-2.0
/* The sections of config.json, one reader and file each. All are json_readers
 * whose @target is the struct spec.
 */
#ifndef OCI_SPEC_READ_PARTS_H
#define OCI_SPEC_READ_PARTS_H

#include "base/json.h"
#include "oci/spec.h"

/** spec_read_process() - "process" */
int spec_read_process(const struct json_node *node, void *target,
		      struct error *err);

/** spec_read_mount() - One element of "mounts" */
int spec_read_mount(const struct json_node *node, void *target,
		    struct error *err);

/** spec_read_device() - One element of "linux.devices" */
int spec_read_device(const struct json_node *node, void *target,
		     struct error *err);

/** spec_read_linux() - "linux" */
int spec_read_linux(const struct json_node *node, void *target,
		    struct error *err);

/* What is inside another section: @target is the member of that name. */

/** spec_read_hooks() - "hooks": struct spec */
int spec_read_hooks(const struct json_node *node, void *target,
		    struct error *err);

/** spec_read_scheduler() - "process.scheduler": struct spec_scheduler */
int spec_read_scheduler(const struct json_node *node, void *target,
			struct error *err);

/** spec_read_io_priority() - "process.ioPriority": struct spec_io_priority */
int spec_read_io_priority(const struct json_node *node, void *target,
			  struct error *err);

/** spec_read_affinity() - "process.execCPUAffinity": struct spec_affinity */
int spec_read_affinity(const struct json_node *node, void *target,
		       struct error *err);

/** spec_read_time_offset() - An entry of "linux.timeOffsets": struct spec */
int spec_read_time_offset(const struct json_node *node, void *target,
			  struct error *err);

/** spec_read_net_device() - An entry of "linux.netDevices": struct spec */
int spec_read_net_device(const struct json_node *node, void *target,
			 struct error *err);

/** spec_read_personality() - "linux.personality": struct spec */
int spec_read_personality(const struct json_node *node, void *target,
			  struct error *err);

/** spec_read_memory_policy() - struct spec_memory_policy */
int spec_read_memory_policy(const struct json_node *node, void *target,
			    struct error *err);

/** spec_read_intel_rdt() - struct spec_intel_rdt */
int spec_read_intel_rdt(const struct json_node *node, void *target,
			struct error *err);

/** spec_read_block_io() - "linux.resources.blockIO": struct spec_resources */
int spec_read_block_io(const struct json_node *node, void *target,
		       struct error *err);

/** spec_read_uid_mappings() - An array of mappings: struct id_map */
int spec_read_uid_mappings(const struct json_node *node, void *target,
			   struct error *err);

/** spec_read_gid_mappings() - The same for groups. */
int spec_read_gid_mappings(const struct json_node *node, void *target,
			   struct error *err);

/** spec_read_resources() - "linux.resources": struct spec_resources */
int spec_read_resources(const struct json_node *node, void *target,
			struct error *err);

/* Strings that several sections have: @target is the char * of the struct. */

/** spec_read_path() - A path, which may be relative; not empty */
int spec_read_path(const struct json_node *node, void *target,
		   struct error *err);

/** spec_read_absolute() - An absolute path */
int spec_read_absolute(const struct json_node *node, void *target,
		       struct error *err);

/** spec_read_id_list() - A list such as "0-3,7", or "" for none */
int spec_read_id_list(const struct json_node *node, void *target,
		      struct error *err);

#endif
