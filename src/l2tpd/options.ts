/** The words of l2tpd's command line. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Transmission, transmissions } from '../datapath/datapath';
import { type Level, levels } from './log';

export type Mode = 'background' | 'foreground' | 'once' | 'status' | 'stop' | 'boot';

export interface Options {
  readonly mode: Mode;
  readonly level: Level;
  /** `syslog`, `-` for standard error, or a path. */
  readonly log: string;
  /** The directory whose interface files are to be applied. */
  readonly boot: string | undefined;
  readonly readyFd: number | undefined;
  readonly onDemand: boolean;
  /** A tunnel whose addresses have ports travels in UDP. */
  readonly udpPorts: boolean;
  /** undefined if the user does not say. */
  readonly transmission: Transmission | undefined;
}

const udpPortsVariable = 'L2TPD_UDP_PORTS';

/** Whether an environment variable says yes: anything but nothing and 0. */
function isSet(variable: string): boolean {
  return !['', '0'].includes(process.env[variable] ?? '');
}

/** Prints and exits as commander does if the words are wrong or ask for help. */
export function parseOptions(argv: readonly string[]): Options {
  const command = new Command('l2tpd')
    .description(
      'Emulates the part of the NetBSD kernel that l2tp(4) and bridge(4) need, for ifconfig-l2tp(8) and brconfig-l2tp(8).',
    )
    .addOption(new Option('-f, --foreground', 'stay in the foreground').conflicts(['once', 'status', 'stop']))
    .addOption(new Option('--status', 'show the running daemon').conflicts(['once', 'stop']))
    .addOption(new Option('--stop', 'destroy all interfaces and end the running daemon').conflicts('once'))
    .addOption(
      new Option('--boot [directory]', 'configure interfaces from the files ifconfig.IF there')
        .preset('/etc')
        .conflicts(['once', 'status', 'stop']),
    )
    .addOption(
      new Option('--log-level <level>', 'what is worth a line')
        .choices(levels)
        .env('L2TPD_LOG_LEVEL')
        .default('info'),
    )
    .addOption(new Option('--log <where>', 'a file, "syslog", or "-" for standard error').env('L2TPD_LOG'))
    .addOption(
      new Option('--udp-ports', 'a tunnel whose addresses have ports travels in UDP').env(udpPortsVariable),
    )
    .addOption(
      new Option('--transmit <how>', 'by raw sockets, or by packet sockets past the firewall for output')
        .choices(transmissions)
        .env('L2TPD_TRANSMIT'),
    )
    .addOption(new Option('--once', 'serve one command on descriptor 3').hideHelp())
    .addOption(
      new Option('--ready-fd <fd>', 'announce on this descriptor that requests can come')
        .argParser(parseDescriptor)
        .hideHelp(),
    )
    .addOption(new Option('--on-demand', 'end soon unless an interface is created').hideHelp())
    .allowExcessArguments(false)
    .parse(argv);
  const given: Readonly<Record<string, unknown>> = command.opts();
  const mode = modeOf(given);
  const log = given.log ?? (mode === 'foreground' ? '-' : 'syslog');
  if (log === '-' && (mode === 'background' || mode === 'boot' || given.readyFd !== undefined))
    command.error("error: option '--log -' needs '--foreground'");
  return {
    mode: given.readyFd === undefined ? mode : 'foreground',
    level: levels.find((level) => level === given.logLevel) ?? 'info',
    log: typeof log === 'string' ? log : 'syslog',
    boot: typeof given.boot === 'string' ? given.boot : undefined,
    readyFd: typeof given.readyFd === 'number' ? given.readyFd : undefined,
    onDemand: given.onDemand === true,
    udpPorts:
      command.getOptionValueSource('udpPorts') === 'env' ? isSet(udpPortsVariable) : given.udpPorts === true,
    transmission: transmissions.find((how) => how === given.transmit),
  };
}

function modeOf(given: Readonly<Record<string, unknown>>): Mode {
  const modes: readonly Mode[] = ['foreground', 'once', 'status', 'stop'];
  return modes.find((mode) => given[mode] === true) ?? (given.boot === undefined ? 'background' : 'boot');
}

function parseDescriptor(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Not a descriptor.');
  return Number(text);
}
