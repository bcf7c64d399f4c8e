/** ifconfig's usage text, made from what the families of verbs say. */
import { newestRelease, traitsOf, type ReleaseTraits } from '../ioctl/release';
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

/** The text for a release, by default the newest. */
export function ifconfigUsage(traits: ReleaseTraits = traitsOf(newestRelease)): string {
  const lines = verbFamilies
    .flatMap(({ usage }) => (typeof usage === 'function' ? usage(traits) : usage))
    .map((line) => `\t${line}\n`);
  return heading + lines.join('') + otherForms;
}
