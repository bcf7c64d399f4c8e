#!/usr/bin/env node
/** Entry of brconfig. */
import { brconfig } from '../cli/brconfig';
import { main } from '../cli/main';

void main({ name: 'brconfig', summary: "NetBSD's brconfig(8) for bridge(4)", run: brconfig });
