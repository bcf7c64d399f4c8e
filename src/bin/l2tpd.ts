#!/usr/bin/env node
/** l2tpd(8). */
import { main } from '../l2tpd/command';
import { openMachine } from '../l2tpd/machine';

void main(process.argv, openMachine).then((status) => process.exit(status));
