#!/usr/bin/env node
/** Entry of ifconfig. */
import { ifconfig } from '../cli/ifconfig';
import { main } from '../cli/main';

void main({
  name: 'ifconfig',
  summary: "NetBSD's ifconfig(8) for l2tp(4), bridge(4) and the machine's own interfaces",
  run: ifconfig,
});
