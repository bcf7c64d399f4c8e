/** A descriptor that becomes readable when a link comes, goes or changes: a netlink socket in the group RTMGRP_LINK. */
import { HostError } from './errors';
import { NetlinkSocket } from './netlink-socket';
import { RTMGRP_LINK } from './uapi';

export interface LinkMonitor {
  /** For poll(2) or epoll(7). What changed is for Host.links() to say: messages may have been dropped. */
  readonly fd: number;
  /** Takes everything that has come, so that the descriptor is readable again only after the next change. */
  drain(): void;
  close(): void;
}

/** Throws HostError. */
export function openLinkMonitor(): LinkMonitor {
  const socket = new NetlinkSocket(RTMGRP_LINK);
  return {
    fd: socket.fd,
    drain: () => drain(socket),
    close: () => socket.close(),
  };
}

function drain(socket: NetlinkSocket): void {
  for (;;) {
    try {
      if (!socket.receive(0)) return;
    } catch (error) {
      // ENOBUFS: the kernel had to drop some, and says so once
      if (!(error instanceof HostError && error.linuxCode === 'ENOBUFS')) throw error;
    }
  }
}
