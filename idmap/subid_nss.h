// SPDX-License-Identifier: Apache-2.0
/* Subordinate ids that are kept elsewhere than in files: what the "subid:" line
 * of nsswitch.conf(5) names, asked through libsubid. Like newuidmap we go by
 * the first source on that line alone.
 */
#ifndef IDMAP_SUBID_NSS_H
#define IDMAP_SUBID_NSS_H

#include "idmap/map.h"

/**
 * subid_nss_source() - Which source does nsswitch.conf name?
 * @text:	Its content
 *
 * Return: its name, owned by the caller; NULL: the files of /etc
 */
char *subid_nss_source(const char *text);

/**
 * subid_nss_find() - Ask libsubid for a user's ranges
 * @user:	Login name
 * @uids:	Empty; gets ranges
 * @gids:	Empty; gets ranges
 * @err:	ELIBACC: libsubid isn't installed; EIO: it failed, and what it
 * said
 *
 * Return: 0, negative errno
 */
must_check int subid_nss_find(const char *user, struct id_ranges *uids,
			      struct id_ranges *gids, struct error *err);

#endif
