/*
 * Merges the TCP segments of one batch, as receive offload does, and writes them with virtio_net headers. A segment is merged only
 * behind its flow's last one, only if both checksums are right and the headers say the same; a frame of no known flow ends all
 * merging before it. What is not merged is not changed. Frames leave in the order of their first segments.
 */
#ifndef COALESCE_H
#define COALESCE_H

#include <stddef.h>
#include <stdint.h>

/* Adds a frame of 14 bytes or more; at most BATCH of them before each coalesce_flush(). */
void coalesce_add(uint8_t *frame, size_t length);

/* Writes all that was added to the TAP device. */
void coalesce_flush(int tap);

#endif
