/** SIOCIFCREATE, SIOCIFDESTROY and SIOCIFGCLONERS: interfaces that come and go on request. */
import { IFNAMSIZ, KernelError, structs } from '../../native-structs';
import { parseCloneName } from './clone-name';
import type { Cloner, Request } from './driver';
import { kernelAbi } from './requests';
import type { System } from './system';

const ifreq = structs(kernelAbi, 'ifreq');
const if_clonereq = structs(kernelAbi, 'if_clonereq');

/** Throws EINVAL if there is no such cloner, or no unit. */
function lookUp({ cloners }: System, name: string): { readonly cloner: Cloner; readonly unit: number } {
  const parsed = parseCloneName(name);
  const cloner = cloners.find((one) => one.name === parsed?.cloner);
  if (!parsed || !cloner) throw new KernelError('EINVAL');
  return { cloner, unit: parsed.unit };
}

export async function create(system: System, { argument }: Request): Promise<void> {
  const { ifr_name } = ifreq.at(argument);
  const { cloner, unit } = lookUp(system, ifr_name);
  if (system.interfaces.find(ifr_name)) throw new KernelError('EEXIST');
  const { name } = await cloner.create(unit);
  system.log.info(`${name}: created`);
}

export async function destroy(system: System, { argument }: Request): Promise<void> {
  const { ifr_name } = ifreq.at(argument);
  const { cloner } = lookUp(system, ifr_name);
  await cloner.destroy(system.interfaces.get(ifr_name));
  system.log.info(`${ifr_name}: destroyed`);
}

/** Names of the cloners, IFNAMSIZ bytes each, as many as the buffer takes; a NULL buffer asks only how many there are. */
export function listCloners({ cloners }: System, request: Request): void {
  const argument = if_clonereq.at(request.argument);
  argument.ifcr_total = cloners.length;
  if (argument.ifcr_buffer === 0n) return;
  if (argument.ifcr_count < 0) throw new KernelError('EINVAL');
  const names = cloners.slice(0, argument.ifcr_count).map(({ name }) => {
    const bytes = Buffer.alloc(IFNAMSIZ);
    bytes.write(name);
    return bytes;
  });
  request.copyout(argument.ifcr_buffer, Buffer.concat(names));
}
