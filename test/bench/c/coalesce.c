/* See coalesce.h. */
#include "coalesce.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "checksum.h"
#include "endpoint.h"

enum { ethernet = 14, ipv4_header = 20, ipv6_header = 40, tcp_header = 20, tcp_checksum = 16 };
enum { psh = 0x08, ack = 0x10 };

enum kind { other, single, mergeable };

/* A TCP segment of an untagged frame, in IPv4 without options or IPv6 without extension headers. */
struct segment {
	uint8_t *frame;
	size_t length;
	uint8_t *transport;
	uint8_t *payload;
	size_t payload_length;
	uint32_t sequence;
	bool ipv6;
	bool pushed;
};

/* A frame of the batch. If it is the first of several, `merged` counts them; those behind it have 0. */
struct held {
	struct segment segment;
	unsigned merged;
	unsigned next;
	unsigned last;
	size_t total;
	uint32_t expected;
	bool intact;
	bool pushed;
};

static struct held batch[BATCH];
static unsigned count;
/* First frames that still take others. */
static unsigned open_heads[BATCH];
static unsigned open_count;

static enum kind read_segment(struct segment *segment, uint8_t *frame, size_t length)
{
	uint8_t *network = frame + ethernet;
	size_t room = length - ethernet, packet_length;
	uint16_t type = ntohs(load16(frame + 12));
	*segment = (struct segment){ .frame = frame, .length = length };
	if (type == ETH_P_IP) {
		if (room < ipv4_header || network[0] != 0x45 || network[9] != IPPROTO_TCP)
			return other;
		if (ntohs(load16(network + 6)) & 0xbfff) /* a fragment, or a reserved bit */
			return other;
		packet_length = ntohs(load16(network + 2));
		segment->transport = network + ipv4_header;
	} else if (type == ETH_P_IPV6) {
		if (room < ipv6_header || network[0] >> 4 != 6 || network[6] != IPPROTO_TCP)
			return other;
		packet_length = ipv6_header + (size_t)ntohs(load16(network + 4));
		segment->transport = network + ipv6_header;
		segment->ipv6 = true;
	} else {
		return other;
	}
	uint8_t *end = network + packet_length;
	if (packet_length > room || segment->transport + tcp_header > end)
		return other;
	size_t own = (size_t)(segment->transport[12] >> 4) * 4;
	if (own < tcp_header || segment->transport + own > end)
		return other;
	segment->payload = segment->transport + own;
	segment->payload_length = (size_t)(end - segment->payload);
	segment->sequence = ntohl(load32(segment->transport + 4));
	segment->pushed = segment->transport[13] & psh;
	bool ordinary = (segment->transport[12] & 0x0f) == 0 && (segment->transport[13] & ~psh) == ack;
	return ordinary && segment->payload_length > 0 && packet_length == room ? mergeable : single;
}

static uint64_t pseudo_sum(const struct segment *segment, size_t length)
{
	size_t addresses = segment->ipv6 ? 32 : 8;
	return sum_of(segment->transport - addresses, addresses) + htons(IPPROTO_TCP) + htons((uint16_t)length);
}

static bool is_intact(const struct segment *segment)
{
	size_t length = (size_t)(segment->payload - segment->transport) + segment->payload_length;
	if (!segment->ipv6 && fold(sum_of(segment->frame + ethernet, ipv4_header)) != 0xffff)
		return false;
	return fold(pseudo_sum(segment, length) + sum_of(segment->transport, length)) == 0xffff;
}

static bool same_flow(const struct segment *one, const struct segment *two)
{
	size_t addresses = one->ipv6 ? 32 : 8;
	/* Addresses lie directly before the ports. */
	return one->ipv6 == two->ipv6 && memcmp(one->transport - addresses, two->transport - addresses, addresses + 4) == 0;
}

/* Whether all that a merge would lose is equal; `merged` frames begin at `head`. */
static bool same_headers(const struct segment *head, const struct segment *segment, unsigned merged)
{
	const uint8_t *first = head->frame + ethernet, *second = segment->frame + ethernet;
	if (memcmp(head->frame, segment->frame, ethernet) != 0)
		return false;
	if (head->ipv6) {
		/* Version, traffic class, flow label; next header, hop limit. */
		if (memcmp(first, second, 4) != 0 || memcmp(first + 6, second + 6, 2) != 0)
			return false;
	} else {
		/* Version, type of service; DF; TTL. */
		if (memcmp(first, second, 2) != 0 || memcmp(first + 6, second + 6, 2) != 0 || first[8] != second[8])
			return false;
		bool atomic = first[6] == 0x40;
		uint16_t next = (uint16_t)(ntohs(load16(first + 4)) + merged);
		if (!atomic && ntohs(load16(second + 4)) != next)
			return false;
	}
	first = head->transport;
	second = segment->transport;
	size_t own = (size_t)(segment->payload - segment->transport);
	/* Acknowledgement and header length; flags but PSH; window; urgent pointer and options. */
	return memcmp(first + 8, second + 8, 5) == 0 && ((first[13] ^ second[13]) & ~psh) == 0 &&
	       memcmp(first + 14, second + 14, 2) == 0 && memcmp(first + 18, second + 18, own - 18) == 0;
}

static bool merge(struct held *head, unsigned place)
{
	const struct segment *segment = &batch[place].segment;
	if (segment->sequence != head->expected || segment->payload_length > head->segment.payload_length)
		return false;
	if (head->total + segment->payload_length - ethernet > 0xffff)
		return false;
	if (!same_headers(&head->segment, segment, head->merged))
		return false;
	if (!head->intact && !is_intact(&head->segment))
		return false;
	head->intact = true;
	if (!is_intact(segment))
		return false;
	batch[head->last].next = place;
	head->last = place;
	head->merged += 1;
	head->total += segment->payload_length;
	head->expected += (uint32_t)segment->payload_length;
	head->pushed = segment->pushed;
	batch[place].merged = 0;
	return true;
}

static void close_flow(unsigned open)
{
	open_count -= 1;
	open_heads[open] = open_heads[open_count];
}

void coalesce_add(uint8_t *frame, size_t length)
{
	unsigned place = count++;
	struct held *held = &batch[place];
	enum kind kind = read_segment(&held->segment, frame, length);
	held->merged = 1;
	held->last = place;
	held->total = length;
	held->intact = held->pushed = false;
	if (kind == other) {
		open_count = 0;
		return;
	}
	const struct segment *segment = &held->segment;
	held->expected = segment->sequence + (uint32_t)segment->payload_length;
	unsigned open = 0;
	while (open < open_count && !same_flow(&batch[open_heads[open]].segment, segment))
		open += 1;
	if (open < open_count) {
		struct held *head = &batch[open_heads[open]];
		if (kind == mergeable && merge(head, place)) {
			if (segment->pushed || segment->payload_length < head->segment.payload_length)
				close_flow(open);
			return;
		}
		close_flow(open);
	}
	if (kind == mergeable && !segment->pushed)
		open_heads[open_count++] = place;
}

/* Makes the first frame's headers those of the whole. */
static void describe(const struct held *head, struct virtio_net_hdr *vnet)
{
	const struct segment *segment = &head->segment;
	uint8_t *network = segment->frame + ethernet;
	size_t transport_offset = (size_t)(segment->transport - segment->frame);
	size_t transport_length = head->total - transport_offset;
	if (segment->ipv6) {
		store16(network + 4, htons((uint16_t)transport_length));
	} else {
		store16(network + 2, htons((uint16_t)(ipv4_header + transport_length)));
		store16(network + 10, 0);
		store16(network + 10, (uint16_t)~fold(sum_of(network, ipv4_header)));
	}
	if (head->pushed)
		segment->transport[13] |= psh;
	store16(segment->transport + tcp_checksum, fold(pseudo_sum(segment, transport_length)));
	*vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = segment->ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)(segment->payload - segment->frame),
		.gso_size = (uint16_t)segment->payload_length,
		.csum_start = (uint16_t)transport_offset,
		.csum_offset = tcp_checksum,
	};
}

static void write_frame(int tap, const struct held *head)
{
	struct virtio_net_hdr vnet = { 0 };
	struct iovec vectors[BATCH + 1];
	if (head->merged > 1)
		describe(head, &vnet);
	vectors[0] = (struct iovec){ &vnet, sizeof vnet };
	vectors[1] = (struct iovec){ head->segment.frame, head->segment.length };
	unsigned at = head->next;
	for (unsigned piece = 1; piece < head->merged; piece += 1, at = batch[at].next)
		vectors[piece + 1] = (struct iovec){ batch[at].segment.payload, batch[at].segment.payload_length };
	/* What the device does not take is lost, as on a wire. */
	if (writev(tap, vectors, (int)head->merged + 1) < 0)
		return;
}

void coalesce_flush(int tap)
{
	for (unsigned place = 0; place < count; place += 1)
		if (batch[place].merged > 0)
			write_frame(tap, &batch[place]);
	count = 0;
	open_count = 0;
}
