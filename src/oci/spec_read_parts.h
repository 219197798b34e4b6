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

/** spec_read_resources() - "linux.resources": nothing may be limited */
int spec_read_resources(const struct json_node *node, void *target,
			struct error *err);

/** spec_read_absolute() - A string that is an absolute path; char *. */
int spec_read_absolute(const struct json_node *node, void *target,
		       struct error *err);

#endif
