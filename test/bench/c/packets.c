/*
 * Frames for measuring, by packet sockets: a generator, a sink, and both sides of a ping-pong. Its frames have the EtherTypes
 * that IEEE 802 leaves to local experiments, so that no network stack spends time on them.
 *
 *   packets send DEVICE[,DEVICE...] MAC   reads lines "RUN LENGTH RATE MS" (RATE 0: as fast as it can; LENGTH without FCS),
 *                                         answers each with the number of frames handed over
 *   packets count                         reads lines "RUN", answers "RECEIVED REORDERED", frames of this run so far
 *   packets echo DEVICE                   sends pings back
 *   packets ping DEVICE MAC COUNT US      a ping each US microseconds, answered or not; prints nanoseconds of each round trip,
 *                                         -1 for one that was not answered within 100 ms
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TYPE_COUNTED 0x88b5
#define TYPE_PING 0x88b6
#define BURST 64
#define LONGEST 9014
#define SOCKET_BUFFER (64 << 20)
#define MOST_DEVICES 4096
/* Between two bursts of a paced run, in nanoseconds. */
#define TICK 500000
#define PING_LENGTH 64
#define PING_TIMEOUT 100

struct frame {
	uint8_t destination[6];
	uint8_t source[6];
	uint16_t type;
	uint32_t run;
	uint32_t sequence;
} __attribute__((packed));

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void sleep_until(uint64_t moment)
{
	struct timespec time = { (time_t)(moment / 1000000000u), (long)(moment % 1000000000u) };
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void parse_mac(const char *text, uint8_t mac[6])
{
	unsigned parts[6];
	if (sscanf(text, "%x:%x:%x:%x:%x:%x", parts, parts + 1, parts + 2, parts + 3, parts + 4, parts + 5) != 6) {
		fprintf(stderr, "%s: not a MAC address\n", text);
		exit(2);
	}
	for (unsigned at = 0; at < 6; at += 1)
		mac[at] = (uint8_t)parts[at];
}

static struct sockaddr_ll device_address(const char *name, uint16_t type)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(type) };
	address.sll_ifindex = (int)if_nametoindex(name);
	if (address.sll_ifindex == 0)
		die(name);
	return address;
}

/* A socket that gets frames of `type`, from one device or, without a name, from all; type 0 gets none. */
static int open_packet_socket(uint16_t type, const char *device)
{
	int descriptor = socket(AF_PACKET, SOCK_RAW, 0);
	if (descriptor < 0)
		die("socket");
	int size = SOCKET_BUFFER;
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(type) };
	if (device != NULL)
		address = device_address(device, type);
	if (type != 0 && bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0)
		die("bind");
	return descriptor;
}

/* Source addresses, locally administered: of the side that sends first, and of the echo, lest bridges see one on both sides. */
static const uint8_t own_mac[6] = { 0x02, 0, 0, 0x4c, 0x32, 0x01 };
static const uint8_t echo_mac[6] = { 0x02, 0, 0, 0x4c, 0x32, 0x02 };

static uint8_t frames[BURST][LONGEST];
static struct mmsghdr messages[BURST];
static struct iovec vectors[BURST];
static struct sockaddr_ll devices[MOST_DEVICES];

static void prepare(const uint8_t destination[6])
{
	for (unsigned place = 0; place < BURST; place += 1) {
		struct frame *frame = (struct frame *)frames[place];
		memcpy(frame->destination, destination, 6);
		memcpy(frame->source, own_mac, 6);
		frame->type = htons(TYPE_COUNTED);
		vectors[place].iov_base = frame;
		messages[place].msg_hdr = (struct msghdr){
			.msg_iov = &vectors[place], .msg_iovlen = 1, .msg_namelen = sizeof devices[0]
		};
	}
}

/* Hands over `burst` frames; those that a full device refuses are offered and lost. */
static void send_burst(int descriptor, uint32_t run, size_t length, uint32_t sequence, unsigned burst, unsigned device_count)
{
	for (unsigned place = 0; place < burst; place += 1) {
		struct frame *frame = (struct frame *)frames[place];
		frame->run = htonl(run);
		frame->sequence = htonl(sequence + place);
		vectors[place].iov_len = length;
		messages[place].msg_hdr.msg_name = &devices[(sequence + place) % device_count];
	}
	for (unsigned next = 0; next < burst;) {
		int sent = sendmmsg(descriptor, messages + next, burst - next, 0);
		if (sent > 0)
			next += (unsigned)sent;
		else if (errno == ENOBUFS)
			next += 1;
		else if (errno != EINTR)
			die("sendmmsg");
	}
}

static uint32_t send_run(int descriptor, uint32_t run, size_t length, double rate, unsigned milliseconds, unsigned device_count)
{
	uint32_t sequence = 0;
	uint64_t begin = now(), end = begin + (uint64_t)milliseconds * 1000000u, tick = begin;
	for (uint64_t moment = begin; moment < end; moment = now()) {
		if (rate == 0) {
			send_burst(descriptor, run, length, sequence, BURST, device_count);
			sequence += BURST;
			continue;
		}
		uint32_t due = (uint32_t)((double)(moment - begin) * rate / 1e9) + 1;
		while (sequence < due) {
			unsigned burst = due - sequence < BURST ? due - sequence : BURST;
			send_burst(descriptor, run, length, sequence, burst, device_count);
			sequence += burst;
		}
		tick += TICK;
		sleep_until(tick);
	}
	return sequence;
}

static int send_frames(char *names, const char *mac)
{
	uint8_t destination[6];
	unsigned device_count = 0;
	parse_mac(mac, destination);
	prepare(destination);
	for (char *name = strtok(names, ","); name != NULL && device_count < MOST_DEVICES; name = strtok(NULL, ","))
		devices[device_count++] = device_address(name, TYPE_COUNTED);
	int descriptor = open_packet_socket(0, NULL);
	unsigned run, length, milliseconds;
	double rate;
	while (scanf("%u %u %lf %u", &run, &length, &rate, &milliseconds) == 4) {
		if (length < sizeof(struct frame) || length > LONGEST) {
			fprintf(stderr, "length %u: not possible\n", length);
			return 2;
		}
		printf("%u\n", send_run(descriptor, run, length, rate, milliseconds, device_count));
		fflush(stdout);
	}
	return 0;
}

struct tally {
	uint32_t run;
	uint32_t next;
	unsigned long received;
	unsigned long reordered;
};

static void count_batch(int descriptor, struct tally *tally)
{
	int count = recvmmsg(descriptor, messages, BURST, MSG_DONTWAIT, NULL);
	for (int place = 0; place < count; place += 1) {
		const struct frame *frame = (const struct frame *)frames[place];
		uint32_t run = ntohl(frame->run), sequence = ntohl(frame->sequence);
		if (run < tally->run)
			continue;
		if (run > tally->run)
			*tally = (struct tally){ .run = run };
		tally->received += 1;
		if (sequence < tally->next)
			tally->reordered += 1;
		else
			tally->next = sequence + 1;
	}
}

static int count_frames(void)
{
	struct tally tally = { 0 };
	int descriptor = open_packet_socket(TYPE_COUNTED, NULL);
	for (unsigned place = 0; place < BURST; place += 1) {
		/* Only the beginning is looked at; the rest need not be copied. */
		vectors[place] = (struct iovec){ frames[place], sizeof(struct frame) };
		messages[place].msg_hdr = (struct msghdr){ .msg_iov = &vectors[place], .msg_iovlen = 1 };
	}
	setvbuf(stdin, NULL, _IONBF, 0);
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd waited[] = { { .fd = descriptor, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
		poll(waited, 2, -1);
		if (waited[0].revents & POLLIN)
			count_batch(descriptor, &tally);
		if (waited[1].revents == 0)
			continue;
		char line[16];
		if (fgets(line, sizeof line, stdin) == NULL)
			return 0;
		uint32_t run = (uint32_t)strtoul(line, NULL, 10);
		printf("%lu %lu\n", run == tally.run ? tally.received : 0, run == tally.run ? tally.reordered : 0);
		fflush(stdout);
	}
}

static int echo(const char *device)
{
	int descriptor = open_packet_socket(TYPE_PING, device);
	uint8_t packet[LONGEST];
	puts("ready");
	fflush(stdout);
	for (;;) {
		ssize_t length = recv(descriptor, packet, sizeof packet, 0);
		if (length < (ssize_t)sizeof(struct frame))
			continue;
		struct frame *frame = (struct frame *)packet;
		memcpy(frame->destination, frame->source, 6);
		memcpy(frame->source, echo_mac, 6);
		if (send(descriptor, packet, (size_t)length, 0) < 0 && errno != ENOBUFS)
			die("send");
	}
}

/* Nanoseconds until the answer to `sequence`, or -1. */
static long long await_answer(int descriptor, uint32_t sequence, uint64_t begin)
{
	for (;;) {
		struct pollfd waited = { .fd = descriptor, .events = POLLIN };
		long long left = PING_TIMEOUT - (long long)((now() - begin) / 1000000u);
		if (left <= 0 || poll(&waited, 1, (int)left) <= 0)
			return -1;
		struct frame answer;
		if (recv(descriptor, &answer, sizeof answer, MSG_TRUNC) >= (ssize_t)sizeof answer && ntohl(answer.sequence) == sequence)
			return (long long)(now() - begin);
	}
}

static int ping(const char *device, const char *mac, unsigned count, unsigned microseconds)
{
	int descriptor = open_packet_socket(TYPE_PING, device);
	uint8_t packet[PING_LENGTH] = { 0 };
	struct frame *frame = (struct frame *)packet;
	parse_mac(mac, frame->destination);
	memcpy(frame->source, own_mac, 6);
	frame->type = htons(TYPE_PING);
	uint64_t next = now();
	for (uint32_t sequence = 1; sequence <= count; sequence += 1) {
		frame->sequence = htonl(sequence);
		uint64_t begin = now();
		if (send(descriptor, packet, sizeof packet, 0) < 0 && errno != ENOBUFS)
			die("send");
		printf("%lld\n", await_answer(descriptor, sequence, begin));
		next += (uint64_t)microseconds * 1000u;
		sleep_until(next);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	if (argc == 4 && strcmp(verb, "send") == 0)
		return send_frames(argv[2], argv[3]);
	if (argc == 2 && strcmp(verb, "count") == 0)
		return count_frames();
	if (argc == 3 && strcmp(verb, "echo") == 0)
		return echo(argv[2]);
	if (argc == 6 && strcmp(verb, "ping") == 0)
		return ping(argv[2], argv[3], (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]));
	fprintf(stderr, "usage: %s send DEVICES MAC | count | echo DEVICE | ping DEVICE MAC COUNT US\n", argv[0]);
	return 2;
}
