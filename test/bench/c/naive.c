/*
 * The tunnel end that one writes first: frames read from a TAP device leave by sendmmsg(2), packets that recvmmsg(2) brings are
 * written to the device one by one. No offload.
 */
#include "endpoint.h"

#include <string.h>
#include <unistd.h>

static uint8_t frames[BATCH][SLOT];
static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH][2];
static struct reception received;

static void init(struct endpoint *end)
{
	for (unsigned place = 0; place < BATCH; place += 1) {
		vectors[place][0] = (struct iovec){ &end->remote_session, sizeof end->remote_session };
		vectors[place][1].iov_base = frames[place];
		messages[place].msg_hdr = (struct msghdr){ .msg_iov = vectors[place], .msg_iovlen = 2 };
	}
	reception_init(&received);
}

static void transmit(const struct endpoint *end)
{
	unsigned count = 0;
	while (count < BATCH) {
		ssize_t length = read(end->tap, frames[count], SLOT);
		if (length < 0)
			break;
		vectors[count][1].iov_len = (size_t)length;
		count += 1;
	}
	endpoint_send(end, messages, count);
}

static void receive(const struct endpoint *end)
{
	unsigned count = endpoint_receive(end, &received);
	for (unsigned place = 0; place < count; place += 1) {
		size_t length;
		uint8_t *frame = endpoint_frame(end, received.slots[place], received.messages[place].msg_len, &length);
		/* What the device does not take is lost, as on a wire. */
		if (frame != NULL && write(end->tap, frame, length) < 0)
			continue;
	}
}

int main(int argc, char **argv)
{
	struct endpoint end = endpoint_open(argc, argv, 0);
	init(&end);
	endpoint_run(&end, transmit, receive);
}
