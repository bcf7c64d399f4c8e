/* See endpoint.h. */
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define IPPROTO_L2TP 115
#define SESSION_ID_LENGTH 4
#define ETHERNET_HEADER_LENGTH 14
/* Bytes in each direction; the kernel doubles them for its own accounting. */
#define SOCKET_BUFFER (4 << 20)
/* Milliseconds that a full send buffer may take to empty. */
#define PATIENCE 2

void die(const char *what)
{
	perror(what);
	exit(1);
}

static int open_tap(const char *name, short tun_flags)
{
	int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (tap < 0)
		die("/dev/net/tun");
	struct ifreq request = { .ifr_flags = (short)(IFF_TAP | IFF_NO_PI | tun_flags) };
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(tap, TUNSETIFF, &request) < 0)
		die("TUNSETIFF");
	return tap;
}

static void set_up(const char *name)
{
	int control = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq request = { 0 };
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(control, SIOCGIFFLAGS, &request) < 0)
		die("SIOCGIFFLAGS");
	request.ifr_flags |= IFF_UP;
	if (ioctl(control, SIOCSIFFLAGS, &request) < 0)
		die("SIOCSIFFLAGS");
	close(control);
}

static socklen_t parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *inet = (struct sockaddr_in *)address;
	struct sockaddr_in6 *inet6 = (struct sockaddr_in6 *)address;
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, text, &inet->sin_addr) == 1) {
		address->ss_family = AF_INET;
		return sizeof *inet;
	}
	if (inet_pton(AF_INET6, text, &inet6->sin6_addr) == 1) {
		address->ss_family = AF_INET6;
		return sizeof *inet6;
	}
	fprintf(stderr, "%s: not an address\n", text);
	exit(1);
}

static int open_socket(const char *local_text, const char *remote_text, bool *ipv6)
{
	struct sockaddr_storage local, remote;
	socklen_t length = parse_address(local_text, &local);
	parse_address(remote_text, &remote);
	*ipv6 = local.ss_family == AF_INET6;
	int descriptor = socket(local.ss_family, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_L2TP);
	if (descriptor < 0)
		die("socket");
	int size = SOCKET_BUFFER;
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	int discover = *ipv6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT;
	if (setsockopt(descriptor, *ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, *ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &discover,
		       sizeof discover) < 0)
		die("MTU_DISCOVER");
	if (bind(descriptor, (struct sockaddr *)&local, length) < 0)
		die(local_text);
	if (connect(descriptor, (struct sockaddr *)&remote, length) < 0)
		die(remote_text);
	return descriptor;
}

struct endpoint endpoint_open(int argc, char **argv, short tun_flags)
{
	if (argc != 6) {
		fprintf(stderr, "usage: %s TAP LOCAL REMOTE LOCAL-SESSION REMOTE-SESSION\n", argv[0]);
		exit(2);
	}
	struct endpoint end = {
		.tap = open_tap(argv[1], tun_flags),
		.local_session = htonl((uint32_t)strtoul(argv[4], NULL, 10)),
		.remote_session = htonl((uint32_t)strtoul(argv[5], NULL, 10)),
	};
	end.socket = open_socket(argv[2], argv[3], &end.ipv6);
	set_up(argv[1]);
	return end;
}

void endpoint_run(const struct endpoint *end, void transmit(const struct endpoint *), void receive(const struct endpoint *))
{
	/* Tells the starter that packets can come. */
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd waited[] = { { .fd = end->tap, .events = POLLIN }, { .fd = end->socket, .events = POLLIN } };
		if (poll(waited, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (waited[0].revents & POLLERR)
			exit(0); /* the device has been deleted */
		if (waited[0].revents & POLLIN)
			transmit(end);
		if (waited[1].revents != 0)
			receive(end);
	}
}

uint8_t *endpoint_frame(const struct endpoint *end, uint8_t *packet, size_t length, size_t *frame_length)
{
	/* IPv4's raw sockets deliver the IP header too, IPv6's do not. */
	size_t start = end->ipv6 || length == 0 ? 0 : (size_t)(packet[0] & 0x0f) * 4;
	if (length < start + SESSION_ID_LENGTH + ETHERNET_HEADER_LENGTH)
		return NULL;
	uint32_t session;
	memcpy(&session, packet + start, sizeof session);
	if (session != end->local_session)
		return NULL;
	start += SESSION_ID_LENGTH;
	*frame_length = length - start;
	return packet + start;
}

void endpoint_send(const struct endpoint *end, struct mmsghdr *messages, unsigned count)
{
	bool waited = false;
	for (unsigned next = 0; next < count;) {
		int sent = sendmmsg(end->socket, messages + next, count - next, 0);
		if (sent > 0) {
			next += (unsigned)sent;
		} else if (errno == EAGAIN && !waited) {
			struct pollfd room = { .fd = end->socket, .events = POLLOUT };
			poll(&room, 1, PATIENCE);
			waited = true;
		} else if (errno != EINTR) {
			next += 1;
		}
	}
}

void reception_init(struct reception *reception)
{
	memset(reception->messages, 0, sizeof reception->messages);
	for (unsigned place = 0; place < BATCH; place += 1) {
		reception->vectors[place] = (struct iovec){ reception->slots[place], SLOT };
		reception->messages[place].msg_hdr.msg_iov = &reception->vectors[place];
		reception->messages[place].msg_hdr.msg_iovlen = 1;
	}
}

unsigned endpoint_receive(const struct endpoint *end, struct reception *reception)
{
	int count = recvmmsg(end->socket, reception->messages, BATCH, 0, NULL);
	return count < 0 ? 0 : (unsigned)count;
}
