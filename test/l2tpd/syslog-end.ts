/** Program: is the syslog of a machine of its own (a /dev where nothing is), logs, and prints what came. */
import { check, libc } from '../../src/linux/libc';
import { makeLog, openSink } from '../../src/l2tpd/log';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;
const socket: (family: number, type: number, protocol: number) => number = libc.func(
  'int socket(int family, int type, int protocol)',
);
const bind: (fd: number, address: Uint8Array, length: number) => number = libc.func(
  'int bind(int fd, void *address, unsigned int length)',
);
const recv: (fd: number, buffer: Uint8Array, length: number, flags: number) => number = libc.func(
  'int64_t recv(int fd, void *buffer, size_t length, int flags)',
);

const address = Buffer.alloc(110);
address.writeUInt16LE(AF_UNIX, 0);
address.write('/dev/log', 2);
const fd = check('socket', socket(AF_UNIX, SOCK_DGRAM, 0));
check('bind', bind(fd, address, address.length));

process.title = 'l2tpd';
const log = makeLog('info', openSink('syslog'));
log.warning('l2tp0: duplicate session id 7 of l2tp1, 100%s');
log.debug('not worth a line');
log.error('one\ntwo');

const datagram = Buffer.alloc(1000);
for (;;) {
  const length = recv(fd, datagram, datagram.length, MSG_DONTWAIT);
  if (length < 0) break;
  console.log(datagram.toString('latin1', 0, length));
}
