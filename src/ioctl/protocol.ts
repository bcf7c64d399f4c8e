/**
 * What a command and l2tpd say to each other over their socket: one JSON object a line, bytes as base64.
 *
 *     l2tpd:   {"kind":"hello","version":1,"pid":…}       before it reads anything
 *     command: {"version":1,"kind":"ioctl",…}             one after the other
 *     l2tpd:   {"kind":"ioctl","errno":0,…}               in the order of the requests
 *     l2tpd:   {"kind":"goodbye"}                         if it ends
 *
 * A request is certain not to have been executed if the connection closed before the hello, or if a goodbye came in
 * place of its answer.
 */
import { parameterLength } from '../../native-structs/sys-ioccom';
import {
  bytes,
  bytesOf,
  bytesOrNull,
  type Fields,
  fieldsOf,
  hexadecimal,
  integer,
  list,
  parseFields,
  ProtocolError,
  text,
} from './fields';
import type { IfAddr } from './kernel';

export const protocolVersion = 1;
/** Length in bytes that a line may have, without its end. */
export const longestRequest = 1 << 20;
export const longestAnswer = 64 << 20;

const mostRegions = 16;
const mostAddresses = 1 << 20;
const uint32 = 0xffff_ffff;

/** The caller's memory behind a pointer. */
export interface Region {
  /** The address that the pointer holds. */
  readonly address: bigint;
  readonly bytes: Buffer;
}

export interface IoctlRequest {
  readonly kind: 'ioctl';
  /** The socket's domain, NetBSD's AF_*. */
  readonly domain: number;
  readonly request: number;
  /** As long as `request` says. */
  readonly argument: Buffer;
  readonly memory: readonly Region[];
}

export type Request =
  | IoctlRequest
  | { readonly kind: 'getifaddrs' }
  /** Destroy all interfaces and end; the connection closes when it is done. */
  | { readonly kind: 'stop' };

/** `errno` is NetBSD's number, 0 for success. */
export interface IoctlAnswer {
  readonly kind: 'ioctl';
  readonly errno: number;
  readonly argument: Buffer;
  /** The regions' bytes in the request's order. */
  readonly memory: readonly Buffer[];
}

export type Answer =
  | IoctlAnswer
  | { readonly kind: 'getifaddrs'; readonly errno: number; readonly addresses: readonly IfAddr[] }
  | { readonly kind: 'stop'; readonly errno: number }
  /** The request was not understood; the connection closes. */
  | { readonly kind: 'failure'; readonly message: string };

/** What a daemon does that it does not do by default. */
export interface Choices {
  /** Ports of tunnels mean UDP. */
  readonly udpPorts?: true;
  /** Packets leave by packet sockets where they can. */
  readonly packetSockets?: true;
}

export interface Hello extends Choices {
  readonly kind: 'hello';
  readonly pid: number;
}

export type FromDaemon = Hello | { readonly kind: 'goodbye' } | Answer;

const base64 = (value: Buffer) => value.toString('base64');
const base64OrNull = (value: Buffer | null) => value && base64(value);
const line = (message: object) => `${JSON.stringify(message)}\n`;

/** The request as a line, its end included. */
export function encodeRequest(request: Request): string {
  if (request.kind !== 'ioctl') return line({ version: protocolVersion, kind: request.kind });
  return line({
    version: protocolVersion,
    kind: request.kind,
    domain: request.domain,
    request: request.request,
    argument: base64(request.argument),
    memory: request.memory.map((region) => ({
      address: region.address.toString(16),
      bytes: base64(region.bytes),
    })),
  });
}

/** Reads a line without its end; throws ProtocolError. */
export function parseRequest(received: string): Request {
  const fields = parseFields(received);
  checkVersion(fields);
  const kind = text(fields, 'kind');
  switch (kind) {
    case 'ioctl':
      return ioctlRequest(fields);
    case 'getifaddrs':
    case 'stop':
      return { kind };
    default:
      throw new ProtocolError('malformed', 'malformed message: no such kind of request');
  }
}

function checkVersion(fields: Fields): void {
  const version = integer(fields, 'version', 0, uint32);
  if (version !== protocolVersion)
    throw new ProtocolError('version', `protocol version ${version}, not ${protocolVersion}`);
}

function ioctlRequest(fields: Fields): IoctlRequest {
  const request = integer(fields, 'request', 0, uint32);
  const argument = bytes(fields, 'argument');
  if (argument.length !== parameterLength(request))
    throw new ProtocolError('malformed', 'malformed message: argument has not the length that request says');
  return {
    kind: 'ioctl',
    domain: integer(fields, 'domain', 0, 255),
    request,
    argument,
    memory: list(fields, 'memory', mostRegions, region),
  };
}

function region(value: unknown, what: string): Region {
  const fields = fieldsOf(value, what);
  const found = { address: hexadecimal(fields, 'address'), bytes: bytes(fields, 'bytes') };
  if (found.address + BigInt(found.bytes.length) > 1n << 64n)
    throw new ProtocolError('malformed', `malformed message: ${what} ends beyond the address space`);
  return found;
}

/** The message as a line, its end included. */
export function encodeFromDaemon(message: FromDaemon): string {
  switch (message.kind) {
    case 'hello':
      return line({ ...message, version: protocolVersion });
    case 'ioctl':
      return line({
        ...message,
        argument: base64(message.argument),
        memory: message.memory.map(base64),
      });
    case 'getifaddrs':
      return line({
        ...message,
        addresses: message.addresses.map((address) => ({
          ...address,
          addr: base64OrNull(address.addr),
          netmask: base64OrNull(address.netmask),
          dstaddr: base64OrNull(address.dstaddr),
          data: base64OrNull(address.data),
        })),
      });
    case 'goodbye':
    case 'stop':
    case 'failure':
      return line(message);
  }
}

/** Reads a line without its end; throws ProtocolError. */
export function parseFromDaemon(received: string): FromDaemon {
  const fields = parseFields(received);
  const kind = text(fields, 'kind');
  switch (kind) {
    case 'hello':
      checkVersion(fields);
      return {
        kind,
        pid: integer(fields, 'pid', 1, uint32),
        ...(fields.udpPorts === true && { udpPorts: true }),
        ...(fields.packetSockets === true && { packetSockets: true }),
      };
    case 'goodbye':
      return { kind };
    case 'ioctl':
      return {
        kind,
        errno: errno(fields),
        argument: bytes(fields, 'argument'),
        memory: list(fields, 'memory', mostRegions, bytesOf),
      };
    case 'getifaddrs':
      return { kind, errno: errno(fields), addresses: list(fields, 'addresses', mostAddresses, ifAddr) };
    case 'stop':
      return { kind, errno: errno(fields) };
    case 'failure':
      return { kind, message: text(fields, 'message') };
    default:
      throw new ProtocolError('malformed', 'malformed message: no such kind of answer');
  }
}

const errno = (fields: Fields) => integer(fields, 'errno', 0, 0x7fff_ffff);

function ifAddr(value: unknown, what: string): IfAddr {
  const fields = fieldsOf(value, what);
  return {
    name: text(fields, 'name'),
    flags: integer(fields, 'flags', 0, uint32),
    addr: bytesOrNull(fields, 'addr'),
    netmask: bytesOrNull(fields, 'netmask'),
    dstaddr: bytesOrNull(fields, 'dstaddr'),
    data: bytesOrNull(fields, 'data'),
    addrflags: integer(fields, 'addrflags', 0, uint32),
  };
}
