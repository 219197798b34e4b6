// SPDX-License-Identifier: Apache-2.0
/* "linux.resources.blockIO" */
#include "oci/spec_read_parts.h"

enum { WEIGHT_MIN = 10, WEIGHT_MAX = 1000 };

static int read_weight(const struct json_node *node, void *target,
		       struct error *err)
{
	struct spec_number *number = target;

	if (json_get_integer(node, 0, WEIGHT_MAX, &number->value, err) < 0)
		return -err->code;
	/* Engines write 0 for a weight that isn't set. */
	if (number->value && number->value < WEIGHT_MIN)
		return json_fail(err, node, EINVAL, "a weight is %d to %d",
				 WEIGHT_MIN, WEIGHT_MAX);
	number->is_set = number->value > 0;
	return 0;
}

static struct spec_block_device *add_device(struct spec_block_devices *list)
{
	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	list->items[list->count] = (struct spec_block_device){ 0 };
	return &list->items[list->count++];
}

#define DEVICE(name, member) \
	{ \
		.key = (name), JSON_MEMBER(struct spec_block_device, member), \
		.required = true \
	}

static int read_weight_device(const struct json_node *node, void *target,
			      struct error *err)
{
	static const struct json_row rows[] = {
		DEVICE("major", major),
		DEVICE("minor", minor),
		{ .key = "weight",
		  .kind = JSON_READ,
		  .read = read_weight,
		  .offset = offsetof(struct spec_block_device, weight) },
		{ .key = "leafWeight",
		  .kind = JSON_READ,
		  .read = read_weight,
		  .offset = offsetof(struct spec_block_device, leaf_weight) },
		{ 0 },
	};
	struct spec_block_device *device = add_device(target);

	if (json_read_object(node, rows, device, err) < 0)
		return -err->code;
	if (!device->weight.is_set && !device->leaf_weight.is_set)
		return json_fail(err, node, EINVAL,
				 "neither weight nor leafWeight");
	return 0;
}

static int read_throttle(const struct json_node *node, void *target,
			 struct error *err)
{
	static const struct json_row rows[] = {
		DEVICE("major", major),
		DEVICE("minor", minor),
		DEVICE("rate", rate),
		{ 0 },
	};

	return json_read_object(node, rows, add_device(target), err);
}

#define THROTTLE(name, index) \
	{ \
		.key = (name), .kind = JSON_EACH, .read = read_throttle, \
		.offset = offsetof(struct spec_resources, \
				   block_throttles[index]) \
	}

int spec_read_block_io(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "weight",
		  .kind = JSON_READ,
		  .read = read_weight,
		  .offset = offsetof(struct spec_resources, block_weight) },
		{ .key = "leafWeight",
		  .kind = JSON_READ,
		  .read = read_weight,
		  .offset =
			  offsetof(struct spec_resources, block_leaf_weight) },
		{ .key = "weightDevice",
		  .kind = JSON_EACH,
		  .read = read_weight_device,
		  .offset = offsetof(struct spec_resources, block_weights) },
		THROTTLE("throttleReadBpsDevice", THROTTLE_READ_BPS),
		THROTTLE("throttleWriteBpsDevice", THROTTLE_WRITE_BPS),
		THROTTLE("throttleReadIOPSDevice", THROTTLE_READ_IOPS),
		THROTTLE("throttleWriteIOPSDevice", THROTTLE_WRITE_IOPS),
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}
