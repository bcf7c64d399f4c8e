/*
 * What both tunnel ends in C share: a TAP device, a raw socket of protocol 115 connected to the other end, and the session header
 * of RFC 3931, section 4.1.1.1, without a cookie. Session ids are kept in network byte order.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Packets of one sendmmsg(2) or recvmmsg(2). */
#define BATCH 128
/* Room for a received packet: a jumbo frame, the session id and an IPv4 header. A cache line more, so that slots differ in their cache sets. */
#define SLOT (9216 + 64)

struct endpoint {
	int tap;
	int socket;
	bool ipv6;
	uint32_t local_session;
	uint32_t remote_session;
};

/* Prints what failed with the text of errno, and exits. */
_Noreturn void die(const char *what);

/*
 * Opens both as the command line says: TAP LOCAL REMOTE LOCAL-SESSION REMOTE-SESSION. tun_flags are IFF_* beside IFF_TAP and
 * IFF_NO_PI. The device is up and both descriptors are non-blocking when it returns; "ready" has not been said yet.
 */
struct endpoint endpoint_open(int argc, char **argv, short tun_flags);

/* Says that it is ready, and calls `transmit` whenever the device is readable, and `receive` whenever the socket is. */
_Noreturn void endpoint_run(const struct endpoint *end, void transmit(const struct endpoint *), void receive(const struct endpoint *));

/* The frame inside a received packet, and its length; NULL if it is not of this session or too short. */
uint8_t *endpoint_frame(const struct endpoint *end, uint8_t *packet, size_t length, size_t *frame_length);

/* Sends all; what the kernel refuses, or has no room for within 2 ms, is dropped. */
void endpoint_send(const struct endpoint *end, struct mmsghdr *messages, unsigned count);

/* A batch of received packets: messages[i] has one vector, slots[i]. */
struct reception {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	uint8_t slots[BATCH][SLOT];
};

void reception_init(struct reception *reception);

/* How many packets have been received without waiting; 0 on errors that belong to packets sent before. */
unsigned endpoint_receive(const struct endpoint *end, struct reception *reception);

#endif
