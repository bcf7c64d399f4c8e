/** ifconfig's usage text, made from what the families of verbs say. */
import { verbFamilies } from './verbs';

const heading = `usage: ifconfig [-h] [-m] [-L] [-v] [-z] interface
	[ af [ address [ dest_addr ] ] [ preference n ] ]
`;

const otherForms = `       ifconfig -a [-b] [-d] [-h] [-m] [-u] [-v] [-z] [ af ]
       ifconfig -l [-b] [-d] [-s] [-u]
       ifconfig -s interface
       ifconfig -C
       ifconfig -w n [-W n]
       ifconfig interface create
       ifconfig interface destroy
`;

export function ifconfigUsage(): string {
  const lines = verbFamilies.flatMap(({ usage }) => usage.map((line) => `\t${line}\n`));
  return heading + lines.join('') + otherForms;
}
