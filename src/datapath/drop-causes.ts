/** Every reason for which a packet or frame is dropped: one table for counters, status and documents. */

/** Name, direction, whether it can be told which interface it belongs to, and what it means to a reader. */
export const dropCauses = [
  { name: 'runt-packet', direction: 'in', perInterface: false, text: 'shorter than a session id' },
  { name: 'wrong-version', direction: 'in', perInterface: false, text: 'in UDP, and not of version 3' },
  {
    name: 'control-message',
    direction: 'in',
    perInterface: false,
    text: 'a control message in UDP: sessions are static',
  },
  { name: 'unknown-session', direction: 'in', perInterface: false, text: 'no interface has this session id' },
  {
    name: 'no-tunnel',
    direction: 'in',
    perInterface: true,
    text: 'the interface has no tunnel of this family',
  },
  {
    name: 'wrong-encapsulation',
    direction: 'in',
    perInterface: true,
    text: 'in UDP for a tunnel in IP, the reverse, or at another port',
  },
  { name: 'state-down', direction: 'in', perInterface: true, text: 'the session is not in state up' },
  { name: 'interface-down', direction: 'in', perInterface: true, text: 'the interface is down' },
  { name: 'cookie-missing', direction: 'in', perInterface: true, text: 'shorter than the expected cookie' },
  { name: 'cookie-mismatch', direction: 'in', perInterface: true, text: 'the cookie is not the local one' },
  { name: 'runt-frame', direction: 'in', perInterface: true, text: 'less than an Ethernet header inside' },
  {
    name: 'tap-write-failed',
    direction: 'in',
    perInterface: true,
    text: 'the device did not take the frame',
  },
  { name: 'no-tunnel-out', direction: 'out', perInterface: true, text: 'frame to send, no tunnel set' },
  { name: 'no-session-out', direction: 'out', perInterface: true, text: 'frame to send, no session set' },
  {
    name: 'port-unavailable',
    direction: 'out',
    perInterface: true,
    text: 'the local UDP port is in use by another process',
  },
  {
    name: 'peer-unknown',
    direction: 'out',
    perInterface: true,
    text: 'no remote port is set, and the peer has not been heard',
  },
  {
    name: 'bad-super-frame',
    direction: 'out',
    perInterface: true,
    text: 'the host handed over a large frame that cannot be segmented',
  },
  { name: 'no-route', direction: 'out', perInterface: true, text: 'no route to the remote address' },
  { name: 'bad-source', direction: 'out', perInterface: true, text: 'the local address is not on this host' },
  {
    name: 'not-permitted',
    direction: 'out',
    perInterface: true,
    text: 'refused by the host, a firewall perhaps',
  },
  { name: 'send-queue-full', direction: 'out', perInterface: true, text: 'the host took no more packets' },
  { name: 'send-failed', direction: 'out', perInterface: true, text: 'sending failed for another reason' },
] as const;

export type DropCause = (typeof dropCauses)[number]['name'];
