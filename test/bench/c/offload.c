/*
 * A tunnel end of the same design as src/datapath: super-frames come from a TAP device with virtio_net headers, are cut in user
 * space and leave in one sendmmsg(2) without a copy of their payload; received segments are merged within their batch.
 */
#include "endpoint.h"

#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "coalesce.h"
#include "segment.h"

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

/* The longest frame that the device hands over, Ethernet header and tags included. */
#define LONGEST_FRAME (65535 + 64)
/* Room for a batch of ordinary frames and a long one. */
#define ARENA (BATCH * 2048 + LONGEST_FRAME)

static uint8_t arena[ARENA] __attribute__((aligned(64)));
static size_t used;
static uint8_t headers[BATCH][SEGMENT_HEADER] __attribute__((aligned(64)));
static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH][3];
static unsigned pending;
static struct reception received;

static void init(struct endpoint *end)
{
	unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
	if (ioctl(end->tap, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) < 0 && ioctl(end->tap, TUNSETOFFLOAD, tcp) < 0)
		die("TUNSETOFFLOAD");
	int length = sizeof(struct virtio_net_hdr);
	if (ioctl(end->tap, TUNSETVNETHDRSZ, &length) < 0)
		die("TUNSETVNETHDRSZ");
	for (unsigned place = 0; place < BATCH; place += 1) {
		vectors[place][0] = (struct iovec){ &end->remote_session, sizeof end->remote_session };
		vectors[place][1].iov_base = headers[place];
		messages[place].msg_hdr = (struct msghdr){ .msg_iov = vectors[place], .msg_iovlen = 3 };
	}
	reception_init(&received);
}

static void send_pending(const struct endpoint *end)
{
	endpoint_send(end, messages, pending);
	pending = 0;
}

static void add_segments(const struct endpoint *end, const struct super_frame *super)
{
	for (unsigned segment = 0; segment < super->count; segment += 1) {
		/* The frame stays where it is: the rest of it goes into the next batch. */
		if (pending == BATCH)
			send_pending(end);
		struct iovec *vector = vectors[pending];
		if (super->header_length > 0)
			super_frame_header(super, segment, headers[pending]);
		vector[1].iov_len = super->header_length;
		vector[2].iov_base = super_frame_payload(super, segment, &vector[2].iov_len);
		pending += 1;
	}
}

static void transmit(const struct endpoint *end)
{
	for (unsigned packets = 0; packets < BATCH;) {
		if (used + LONGEST_FRAME > ARENA || pending == BATCH) {
			send_pending(end);
			used = 0;
		}
		struct virtio_net_hdr vnet;
		uint8_t *frame = arena + used;
		struct iovec pieces[] = { { &vnet, sizeof vnet }, { frame, LONGEST_FRAME } };
		ssize_t length = readv(end->tap, pieces, 2);
		if (length < (ssize_t)sizeof vnet)
			break;
		size_t frame_length = (size_t)length - sizeof vnet;
		used += (frame_length + 63) & ~(size_t)63;
		struct super_frame super;
		packets += 1;
		if (!super_frame_open(&super, &vnet, frame, frame_length))
			continue;
		add_segments(end, &super);
		packets += super.count - 1;
	}
	send_pending(end);
	used = 0;
}

static void receive(const struct endpoint *end)
{
	unsigned count = endpoint_receive(end, &received);
	for (unsigned place = 0; place < count; place += 1) {
		size_t length;
		uint8_t *frame = endpoint_frame(end, received.slots[place], received.messages[place].msg_len, &length);
		if (frame != NULL)
			coalesce_add(frame, length);
	}
	coalesce_flush(end->tap);
}

int main(int argc, char **argv)
{
	struct endpoint end = endpoint_open(argc, argv, IFF_VNET_HDR);
	init(&end);
	endpoint_run(&end, transmit, receive);
}
