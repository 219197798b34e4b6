// SPDX-License-Identifier: Apache-2.0
/* config.json of an OCI bundle into a struct spec: strictly typed, every error
 * names its JSON path, what holt can't apply fails by name, unknown properties
 * are ignored as runtime-spec demands.
 */
#ifndef OCI_SPEC_READ_H
#define OCI_SPEC_READ_H

#include "base/error.h"
#include "oci/spec.h"

/**
 * spec_read_bundle() - Read @bundle/config.json
 * @bundle:	Directory; a relative root.path and the relative sources of bind
 *		mounts are below it
 * @ret:	Empty; gets the spec, filled to where an error was met
 * @err:	EINVAL: "/process/args: expected array, got string"; EOPNOTSUPP:
 *		a field that nobody could apply, with its path
 *
 * Return: 0, negative errno
 */
must_check int spec_read_bundle(const char *bundle, struct spec *ret,
				struct error *err);

/** spec_read_text() - The same from JSON text and an absolute @bundle; pure. */
must_check int spec_read_text(const char *text, const char *bundle,
			      struct spec *ret, struct error *err);

/**
 * spec_read_process_text() - A document that is "process" alone (exec)
 * @ret:	Empty; gets .process and .has_process
 *
 * Return: 0, negative errno
 */
must_check int spec_read_process_text(const char *text, struct spec *ret,
				      struct error *err);

/** spec_read_resources_text() - The same for "linux.resources" (update). */
must_check int spec_read_resources_text(const char *text,
					struct spec_resources *ret,
					struct error *err);

#endif
