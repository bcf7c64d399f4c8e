/** Whether the host has IPsec policies for what it sends (xfrm, <linux/xfrm.h>): a packet socket would go past them. */
import { SystemCallError } from '../linux/libc';
import { Attributes } from '../linux/netlink/attributes';
import { readU32 } from '../linux/netlink/host-order';
import { NETLINK_XFRM, XFRM_MSG_GETSPDINFO, XFRMA_SPD_INFO, XFRMNLGRP_POLICY } from '../linux/uapi';
import { NetlinkQuery } from './netlink-query';

const policyGroup = 1 << (XFRMNLGRP_POLICY - 1);

/** The kernel was built without xfrm. */
const absent: readonly string[] = ['EPROTONOSUPPORT', 'EAFNOSUPPORT'];

export class IpsecPolicies {
  /** null where the host has no IPsec. */
  readonly #query: NetlinkQuery | null;

  constructor() {
    this.#query = open();
  }

  /** Readable when a policy has come or gone; null if none can. */
  get fd(): number | null {
    return this.#query?.fd ?? null;
  }

  /** True too if the host does not say. */
  get some(): boolean {
    if (this.#query === null) return false;
    const answer = this.#query.ask(XFRM_MSG_GETSPDINFO, 0, new Uint8Array(4));
    if (typeof answer === 'string') return true;
    // u32 flags; struct xfrmu_spdinfo begins with the numbers of policies in and out.
    const counts = new Attributes(answer.subarray(4)).struct(XFRMA_SPD_INFO, 8);
    return counts === undefined || readU32(counts, 4) > 0;
  }

  /** Takes what has been notified. */
  drain(): void {
    this.#query?.notifications();
  }

  close(): void {
    this.#query?.close();
  }
}

function open(): NetlinkQuery | null {
  try {
    return new NetlinkQuery(NETLINK_XFRM, policyGroup);
  } catch (error) {
    if (error instanceof SystemCallError && absent.includes(error.code)) return null;
    throw error;
  }
}
