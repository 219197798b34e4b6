// SPDX-License-Identifier: Apache-2.0
/* A container whose root is an image. */
#ifndef CLI_RUN_IMAGE_H
#define CLI_RUN_IMAGE_H

#include "image/find.h"
#include "image/writable.h"
#include "oci/image_config.h"

/* What a container has of its image. Zero: none. */
struct run_image {
	struct store store; /* locked until the container has what it needs */
	struct found_image found;
	struct image_config config;
	struct writable writable;
};

void run_image_clear(struct run_image *image);

struct run_request;
struct run_settings;

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
 * run_stack_layers() - Unpack what isn't yet; the layers become the root
 *
 * When the ids are known, for they decide who owns the files.
 */
must_check int run_stack_layers(struct run_request *request, struct error *err);

/** run_image_make_writable() - Where the container's writes go. */
must_check int run_image_make_writable(struct run_request *request,
				       struct error *err);

/** run_image_started() - It has what it needs of the store. */
void run_image_started(struct run_request *request);

/** run_image_ended() - What it has written goes. */
void run_image_ended(struct run_request *request);

#endif
