/** What the handlers of the emulated kernel's ioctls share. */
import type { Log } from './contract';
import type { Cloner } from './driver';
import type { Host } from './host';
import type { Interfaces } from './interfaces';

export interface System {
  readonly host: Host;
  readonly log: Log;
  readonly interfaces: Interfaces;
  /** In the order of SIOCIFGCLONERS. */
  readonly cloners: readonly Cloner[];
}
