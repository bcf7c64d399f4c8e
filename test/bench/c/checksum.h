/* The Internet checksum (RFC 1071), computed in the host's byte order; fields are stored as the sum gives them. */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum of `length` bytes, not folded: room is left for adding millions of others. */
static inline uint64_t sum_of(const uint8_t *bytes, size_t length)
{
	uint64_t even = 0, odd = 0;
	for (; length >= 16; bytes += 16, length -= 16) {
		uint64_t words[2];
		memcpy(words, bytes, sizeof words);
		even += (words[0] & 0xffffffff) + (words[1] & 0xffffffff);
		odd += (words[0] >> 32) + (words[1] >> 32);
	}
	for (; length >= 2; bytes += 2, length -= 2) {
		uint16_t word;
		memcpy(&word, bytes, sizeof word);
		even += word;
	}
	if (length > 0) {
		uint8_t last[2] = { *bytes, 0 };
		uint16_t word;
		memcpy(&word, last, sizeof word);
		even += word;
	}
	return even + odd;
}

static inline uint16_t load16(const uint8_t *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static inline void store16(uint8_t *at, uint16_t value)
{
	memcpy(at, &value, sizeof value);
}

static inline uint32_t load32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static inline void store32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof value);
}

#endif
