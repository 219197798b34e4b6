// SPDX-License-Identifier: Apache-2.0
/* The report of an image whose blobs are all in hand. */
#ifndef IMAGE_WORKER_IMAGE_REPORT_H
#define IMAGE_WORKER_IMAGE_REPORT_H

#include <json-c/json.h>

#include "oci/image_config.h"
#include "oci/image_manifest.h"

/**
 * image_report_make() - Check a manifest against its config, and describe both
 * @digest:	Of the manifest
 * @ret:	For report_send()
 * @err:	EBADMSG: they have different numbers of layers
 *
 * Return: 0, negative errno
 */
must_check int image_report_make(const struct digest *digest,
				 const struct manifest *manifest,
				 const struct image_config *config,
				 struct json_object **ret, struct error *err);

#endif
