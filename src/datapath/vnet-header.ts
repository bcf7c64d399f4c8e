/**
 * struct virtio_net_hdr as a TAP device opened with IFF_VNET_HDR puts it before each frame (linux/virtio_net.h, Linux
 * Documentation/networking/tuntap.rst). 16-bit fields are in the host's byte order; positions count from the frame.
 */
import { endianness } from 'node:os';

/** For DataView's methods: the byte order of the fields. */
export const vnetLittleEndian = endianness() === 'LE';

/** Offsets of the fields; a 16-bit num_buffers, of no meaning here, may follow. */
export const vnetField = {
  flags: 0,
  gsoType: 1,
  headerLength: 2,
  gsoSize: 4,
  checksumStart: 6,
  checksumOffset: 8,
} as const;

/** Flag: the checksum field holds the pseudo-header's sum, the rest of the sum is missing. */
export const needsChecksum = 1;

/** What a super-frame is to be cut into. */
export const gso = { none: 0, tcp4: 1, tcp6: 4, udp: 5 } as const;

/** Bit of the GSO type: the first segment says Congestion Window Reduced. */
export const gsoEcn = 0x80;

/** The longest of the headers, in bytes. */
export const maximumVnetHeaderLength = 12;
