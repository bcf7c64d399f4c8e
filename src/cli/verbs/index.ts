/** Every verb of ifconfig: the families in the order in which their words are tried and their status is printed. */
import type { VerbFamily } from '../verb';
import { interfaceAddress } from './address';
import { ethernet } from './ethernet';
import { flags } from './flags';
import { inet6 } from './inet6';
import { interfaceWide } from './interface';
import { l2tp } from './l2tp';
import { tunnel } from './tunnel';

export const verbFamilies: readonly VerbFamily[] = [
  ethernet,
  tunnel,
  l2tp,
  inet6,
  flags,
  interfaceAddress,
  interfaceWide,
];
