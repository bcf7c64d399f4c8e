/* See segment.h. */
#include "segment.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>

#include "checksum.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum {
	ipv4_length = 2,
	ipv4_identification = 4,
	ipv4_checksum = 10,
	ipv6_payload_length = 4,
	ipv6_header = 40,
	tcp_sequence = 4,
	tcp_offset = 12,
	tcp_flags = 13,
	tcp_checksum = 16,
	udp_length = 4,
	udp_checksum = 6,
	udp_header = 8,
};

enum { fin = 0x01, psh = 0x08, cwr = 0x80 };

static bool finish_checksum(const struct virtio_net_hdr *vnet, uint8_t *frame, size_t length)
{
	size_t start = vnet->csum_start, field = start + vnet->csum_offset;
	if (field + 2 > length)
		return false;
	uint16_t checksum = (uint16_t)~fold(sum_of(frame + start, length - start));
	store16(frame + field, checksum == 0 ? 0xffff : checksum);
	return true;
}

/* The place of the IP header behind any VLAN tags. */
static size_t network_offset(const uint8_t *frame, size_t length, uint16_t *type)
{
	size_t at = 12;
	while (at + 6 <= length) {
		*type = ntohs(load16(frame + at));
		if (*type != ETH_P_8021Q && *type != ETH_P_8021AD)
			break;
		at += 4;
	}
	return at + 2;
}

bool super_frame_open(struct super_frame *super, const struct virtio_net_hdr *vnet, uint8_t *frame, size_t length)
{
	bool unfinished = vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	*super = (struct super_frame){ .frame = frame, .length = length, .count = 1, .size = length };
	unsigned kind = vnet->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	if (kind == VIRTIO_NET_HDR_GSO_NONE)
		return !unfinished || finish_checksum(vnet, frame, length);
	super->tcp = kind == VIRTIO_NET_HDR_GSO_TCPV4 || kind == VIRTIO_NET_HDR_GSO_TCPV6;
	if (!unfinished || vnet->gso_size == 0 || (!super->tcp && kind != VIRTIO_NET_HDR_GSO_UDP_L4))
		return false;
	uint16_t type = 0;
	super->network = network_offset(frame, length, &type);
	super->transport = vnet->csum_start;
	super->ipv4 = type == ETH_P_IP;
	if (!super->ipv4 && type != ETH_P_IPV6)
		return false;
	if (super->transport < super->network + (super->ipv4 ? 20 : ipv6_header) || super->transport + 20 > length)
		return false;
	const uint8_t *transport = frame + super->transport;
	super->header_length = super->transport + (super->tcp ? (size_t)(transport[tcp_offset] >> 4) * 4 : udp_header);
	if (super->header_length >= length || super->header_length > SEGMENT_HEADER)
		return false;
	super->size = vnet->gso_size;
	super->count = (unsigned)((length - super->header_length + super->size - 1) / super->size);
	/* The field holds the sum with the whole length; what is taken away there comes back for each segment. */
	uint16_t whole = htons((uint16_t)(length - super->transport));
	super->pseudo_sum = load16(transport + (super->tcp ? tcp_checksum : udp_checksum)) + (uint16_t)~whole;
	return true;
}

uint8_t *super_frame_payload(const struct super_frame *super, unsigned segment, size_t *length)
{
	size_t start = super->header_length + segment * super->size;
	size_t rest = super->length - start;
	*length = rest < super->size ? rest : super->size;
	return super->frame + start;
}

static void write_network(const struct super_frame *super, unsigned segment, uint8_t *header, size_t transport_length)
{
	size_t header_length = super->transport - super->network;
	if (!super->ipv4) {
		store16(header + ipv6_payload_length, htons((uint16_t)(header_length - ipv6_header + transport_length)));
		return;
	}
	uint16_t identification = ntohs(load16(header + ipv4_identification));
	store16(header + ipv4_length, htons((uint16_t)(header_length + transport_length)));
	store16(header + ipv4_identification, htons((uint16_t)(identification + segment)));
	store16(header + ipv4_checksum, 0);
	store16(header + ipv4_checksum, (uint16_t)~fold(sum_of(header, header_length)));
}

void super_frame_header(const struct super_frame *super, unsigned segment, uint8_t *target)
{
	size_t length;
	const uint8_t *payload = super_frame_payload(super, segment, &length);
	memcpy(target, super->frame, super->header_length);
	size_t own = super->header_length - super->transport;
	write_network(super, segment, target + super->network, own + length);
	uint8_t *transport = target + super->transport;
	uint8_t *field = transport + (super->tcp ? tcp_checksum : udp_checksum);
	if (super->tcp) {
		uint32_t sequence = ntohl(load32(transport + tcp_sequence));
		store32(transport + tcp_sequence, htonl(sequence + segment * (uint32_t)super->size));
		if (segment > 0)
			transport[tcp_flags] &= (uint8_t)~cwr;
		if (segment + 1 < super->count)
			transport[tcp_flags] &= (uint8_t)~(fin | psh);
	} else {
		store16(transport + udp_length, htons((uint16_t)(own + length)));
	}
	store16(field, 0);
	uint64_t sum = super->pseudo_sum + htons((uint16_t)(own + length)) + sum_of(transport, own) + sum_of(payload, length);
	uint16_t checksum = (uint16_t)~fold(sum);
	store16(field, !super->tcp && checksum == 0 ? 0xffff : checksum);
}
