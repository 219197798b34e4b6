// SPDX-License-Identifier: Apache-2.0
/* For processes of ours that go on in a user namespace of the user's. */
#ifndef CONTAINER_DROP_H
#define CONTAINER_DROP_H

/** drop_capabilities() - All that we have in there, for good */
void drop_capabilities(void);

#endif
