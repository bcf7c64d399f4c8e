/** The emulated kernel on this host: its links and addresses by rtnetlink, its frames by the packet worker. */
import type { Transmission } from '../datapath/datapath';
import { startDatapath } from '../datapath/start';
import { programFile } from '../ioctl/programs';
import type { EmulatedKernel, Log } from '../kernel/contract';
import { makeKernel } from '../kernel/kernel';
import { linuxHost } from '../kernel/linux/linux-host';
import { LazyDatapath } from './lazy-datapath';

export interface Machine {
  readonly kernel: EmulatedKernel;
  /** Frees what the kernel stood on; after its shutdown(). */
  close(): Promise<void>;
}

export interface MachineEvents {
  /** An interface has gone by itself. */
  readonly changed: () => void;
  /** It cannot go on. */
  readonly failed: (error: Error) => void;
}

/** What the user chooses. */
export interface MachineOptions {
  /** A tunnel whose addresses have ports travels in UDP. */
  readonly udpPorts: boolean;
  readonly transmission: Transmission;
}

/** How the daemon comes to its machine; throws what opening it throws. */
export type OpenMachine = (log: Log, events: MachineEvents, options: MachineOptions) => Machine;

/** Throws what opening the host throws. The packet worker is started by the first interface that needs it. */
export function openMachine(log: Log, events: MachineEvents, options: MachineOptions): Machine {
  const { udpPorts, transmission } = options;
  const datapath = new LazyDatapath(() =>
    startDatapath({
      workerFile: programFile('packet-worker'),
      transmission,
      events: {
        gone: (id) => void kernel.interfaceGone(id).then(events.changed, events.failed),
        warning: (message) => log.warning(message),
        failed: events.failed,
      },
    }),
  );
  const host = linuxHost();
  const kernel = makeKernel({ host, datapath, log, udpPorts });
  return {
    kernel,
    async close() {
      await datapath.close();
      host.close();
    },
  };
}
