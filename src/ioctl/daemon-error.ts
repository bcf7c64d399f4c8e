/** The daemon could not be started, reached or understood: not an answer of the kernel. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError';
  readonly code: 'start' | 'directory' | 'connect' | 'protocol';

  /** The message begins with the daemon's name, ready to be printed after the command's. */
  constructor(code: DaemonError['code'], message: string) {
    super(`l2tpd: ${message}`);
    this.code = code;
  }
}
