/** What is measured of this project alone. */
import type { Extra } from '../extra';
import { sessions } from './sessions';
import { startup } from './startup';

export const extras: readonly Extra[] = [startup, sessions];
