/** The address families that a command line may name. */
import { AF_APPLETALK, AF_INET, AF_INET6, AF_LINK } from '../../native-structs';
import type { InetFamily } from './address-operand';

const families = { inet: AF_INET, inet6: AF_INET6, atalk: AF_APPLETALK, link: AF_LINK } as const;

export type Family = keyof typeof families;

export const isFamily = (word: string | undefined): word is Family =>
  word !== undefined && Object.hasOwn(families, word);

/** AF_INET or AF_INET6 for the families whose addresses this project reads; null for the others. */
export const inetFamily = (family: Family): InetFamily | null =>
  family === 'inet' ? AF_INET : family === 'inet6' ? AF_INET6 : null;
