/** What decoding throws. */

/** Linux sent a netlink message that does not parse. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
  readonly code = 'EMALFORMED';
}
