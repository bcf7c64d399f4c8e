/**
 * Scopes of link-local IPv6 addresses. Inside NetBSD's kernel the interface's index is in bytes 2 and 3 of the address,
 * big endian (KAME's way); the host keeps it beside the address, whose bytes 2 and 3 are then zero.
 */

/** fe80::/10 and ff02::/16, IN6_IS_SCOPE_LINKLOCAL of <netinet6/in6.h>. */
export function isLinkLocal(address: Uint8Array): boolean {
  const [first = 0, second = 0] = address;
  return (
    address.length === 16 &&
    ((first === 0xfe && (second & 0xc0) === 0x80) || (first === 0xff && (second & 0x0f) === 2))
  );
}

/** The address without the scope in it, and the scope: 0 if there is none. */
export function extractScope(address: Uint8Array): { readonly address: Uint8Array; readonly scope: number } {
  if (!isLinkLocal(address)) return { address, scope: 0 };
  const [, , high = 0, low = 0] = address;
  const bare = Uint8Array.from(address);
  bare.fill(0, 2, 4);
  return { address: bare, scope: (high << 8) | low };
}

/** The address with `scope` in it if it is one that has a scope. */
export function embedScope(address: Uint8Array, scope: number): Uint8Array {
  if (!isLinkLocal(address)) return address;
  const embedded = Uint8Array.from(address);
  embedded[2] = (scope >> 8) & 0xff;
  embedded[3] = scope & 0xff;
  return embedded;
}
