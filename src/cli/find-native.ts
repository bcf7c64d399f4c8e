/** Looks for NetBSD's own commands where they can be; elsewhere nothing is loaded for it. */
import type { Host, NativeCommand } from './native-command';

/** What the running process says, unless told otherwise. */
export async function findNativeCommand(
  name: 'ifconfig' | 'brconfig',
  { platform = process.platform, environment = process.env, directory = '/sbin' }: Partial<Host> = {},
): Promise<NativeCommand | null> {
  if (platform !== 'netbsd' && !environment.RUMP_SERVER) return null;
  const { nativeCommand } = await import('./native-command.js');
  return nativeCommand(name, { platform, environment, directory });
}
