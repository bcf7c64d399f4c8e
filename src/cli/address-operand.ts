/** Addresses as words of the command line: numeric, inet_aton(3)'s short forms, IPv6 scopes, host names, ports. */
import { readFileSync } from 'node:fs';
import { AF_INET, AF_INET6 } from '../../native-structs';
import { parseIpv4, parseIpv6 } from './address-text';
import { parseInteger } from './number';
import type { InetAddress } from './socket-address';

export type InetFamily = InetAddress['family'];

/** What an address word may have to ask of the world. */
export interface AddressLookup {
  resolveHost(host: string, family: 0 | 4 | 6): Promise<readonly string[]>;
  /** Index of an interface, 0 if there is none of that name. */
  interfaceIndex(name: string): Promise<number>;
}

const servicesFile = '/etc/services';

function readServices(): string {
  try {
    return readFileSync(servicesFile, 'utf8');
  } catch {
    return ''; // without the file no service has a name
  }
}

/** Port of a service by number or, for UDP, by its name in services(5); null if it is none. */
function parsePort(service: string): number | null {
  if (/^[0-9]+$/.test(service)) return Number(service) <= 0xffff ? Number(service) : null;
  for (const line of readServices().split('\n')) {
    const [name, entry, ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const [port, protocol] = entry?.split('/') ?? [];
    if (protocol === 'udp' && [name, ...aliases].includes(service)) return Number(port);
  }
  return null;
}

/** The scope behind `%`: an interface's name or index for a link-local address, a number for any other. */
async function parseScope(address: Buffer, scope: string, lookup: AddressLookup): Promise<number | null> {
  const linkLocal = address[0] === 0xfe || address[0] === 0xff;
  const index = linkLocal && scope !== '' ? await lookup.interfaceIndex(scope) : 0;
  if (index !== 0) return index;
  return /^[0-9]+$/.test(scope) && Number(scope) <= 0xffffffff ? Number(scope) : null;
}

async function parseNumeric(
  host: string,
  port: number,
  family: InetFamily | null,
  lookup: AddressLookup,
): Promise<InetAddress | null> {
  const ipv4 = family === AF_INET6 ? null : parseIpv4(host);
  if (ipv4) return { family: AF_INET, address: ipv4, port, scope: 0 };
  if (family === AF_INET) return null;
  const [text = '', scopeText] = host.split(/%(.*)/s);
  const address = parseIpv6(text);
  if (!address) return null;
  const scope = scopeText === undefined ? 0 : await parseScope(address, scopeText, lookup);
  return scope === null ? null : { family: AF_INET6, address, port, scope };
}

/**
 * `host[,port]`; a name must have exactly one address. Null if it is none of the family (null: of either).
 * Source: NetBSD's ifconfig(8), which asks getaddrinfo(3) for numbers first and for names then.
 */
export async function parseAddress(
  text: string,
  family: InetFamily | null,
  lookup: AddressLookup,
): Promise<InetAddress | null> {
  const [host = '', service] = text.split(/,(.*)/s);
  const port = service === undefined ? 0 : parsePort(service);
  if (host === '' || port === null) return null;
  const numeric = await parseNumeric(host, port, family, lookup);
  // an address of the other family is no host name
  if (numeric || parseIpv4(host) || host.includes(':')) return numeric;
  const wanted = family === AF_INET ? 4 : family === AF_INET6 ? 6 : 0;
  const [found, ...others] = await lookup.resolveHost(host, wanted);
  if (found === undefined || others.length > 0) return null;
  return parseNumeric(found, port, family, lookup);
}

/** An address with the prefix length behind its slash; null if it has none. */
export interface PrefixedAddress {
  readonly address: InetAddress;
  readonly prefixLength: number | null;
}

/** `host[/N]`, N from 0 to 254. Null if it is none. */
export async function parsePrefixedAddress(
  text: string,
  family: InetFamily | null,
  lookup: AddressLookup,
): Promise<PrefixedAddress | null> {
  const [host = '', ...service] = text.split(/(?=,)/);
  const slash = host.lastIndexOf('/');
  const name = slash < 0 ? host : host.slice(0, slash);
  const length = slash < 0 ? null : parseInteger(host.slice(slash + 1));
  if (slash >= 0 && (length === null || length < 0n || length > 254n)) return null;
  const address = await parseAddress(name + service.join(''), family, lookup);
  return address && { address, prefixLength: length === null ? null : Number(length) };
}

/** Bytes of the netmask of `length` bits, 0 standing for all of them; null if the family has fewer. */
export function prefixMask(family: InetFamily, length: number): Buffer | null {
  const bytes = Buffer.alloc(family === AF_INET ? 4 : 16);
  const bits = bytes.length * 8;
  if (length < 0 || length > bits) return null;
  const set = length === 0 ? bits : length;
  for (let bit = 0; bit < set; bit += 1) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bytes;
}
