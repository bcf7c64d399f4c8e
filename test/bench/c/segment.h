/* Cuts a frame that came with a virtio_net header (linux/virtio_net.h) into what has to be sent. */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest headers that are cut off: Ethernet, tags, IP with extension headers, TCP. */
#define SEGMENT_HEADER 256

struct super_frame {
	uint8_t *frame;
	size_t length;
	/* How many segments it makes; 1 for a frame that goes as it is, and then header_length is 0. */
	unsigned count;
	size_t header_length;
	/* Payload bytes of every segment but the last. */
	size_t size;
	size_t network;
	size_t transport;
	bool ipv4;
	bool tcp;
	/* The folded sum of the pseudo-header without its length. */
	uint64_t pseudo_sum;
};

/* False if the header says what cannot be. Completes the checksum of a frame that goes as it is. */
bool super_frame_open(struct super_frame *super, const struct virtio_net_hdr *vnet, uint8_t *frame, size_t length);

/* Where a segment's payload is, and how long. */
uint8_t *super_frame_payload(const struct super_frame *super, unsigned segment, size_t *length);

/* Writes a segment's headers, header_length bytes. */
void super_frame_header(const struct super_frame *super, unsigned segment, uint8_t *target);

#endif
