/** The programs that tests call, and the Debian packages that they come in. */

export const tools = [
  { command: 'ip', package: 'iproute2' },
  { command: 'ping', package: 'iputils-ping' },
  { command: 'unshare', package: 'util-linux' },
  { command: 'cc', package: 'build-essential' },
  { command: 'python3', package: 'python3' },
  { command: 'iperf3', package: 'iperf3' },
  { command: 'mandoc', package: 'mandoc' },
  { command: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { command: 'tcpdump', package: 'tcpdump' },
  { command: 'tshark', package: 'tshark' },
] as const;

/** The one line that installs `packages`. */
export function installLine(packages: readonly string[]): string {
  return `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}
