/** The two tunnel ends in C, test/bench/c. */
import { LineProgram } from '../children';
import type { Contestant } from '../contestant';
import { cannotCompilePrograms, type ProgramName } from '../programs';
import { tunnelDevice } from '../topology';

function tunnelEnd(program: ProgramName): Pick<Contestant, 'reference' | 'unavailable' | 'start'> {
  return {
    reference: 'qemu',
    unavailable: cannotCompilePrograms,
    async start({ host, local, remote, localSession, remoteSession }, programs) {
      const words = [tunnelDevice, local, remote, localSession, remoteSession].map(String);
      const running = await new LineProgram(host, [programs.path(program), ...words]).ready();
      return { pid: running.pid, stop: () => running.end() };
    },
  };
}

export const naive: Contestant = { name: 'naive-c', label: 'naive loop in C', ...tunnelEnd('naive') };
export const offload: Contestant = {
  name: 'offload-c',
  label: 'the same design in C',
  ...tunnelEnd('offload'),
};
