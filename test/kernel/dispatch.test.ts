/** Which errno comes first: number, name, privilege, driver, protocol family. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AF_INET,
  AF_INET6,
  AF_LINK,
  AF_LOCAL,
  type IoctlName,
  ioctlNames,
  ioctlNumber,
  ioctlStruct,
  structs,
} from '../../native-structs';
import { request as requestNumber } from '../../native-structs/sys-ioccom';
import { amd64, machine, outcome, type Process, root, user } from './process';

const ifreq = structs(amd64, 'ifreq');

/** An argument of zeros but for the interface's name. */
function argumentOf(request: IoctlName, name: string): Buffer {
  const argument = Buffer.alloc(structs(amd64, ioctlStruct(request)).size);
  argument.write(name);
  return argument;
}

const ask = (process: Process, request: IoctlName, name: string) =>
  outcome(process.ioctl(request, argumentOf(request, name)));

/** Asked of no interface. */
const global: readonly IoctlName[] = ['SIOCGIFCONF', 'SIOCIFGCLONERS'];
/** Numbers that NetBSD 10 has not. */
const old = ioctlNames.filter((name) => /_(OLD|80)$/.test(name));

const privileged: readonly IoctlName[] = [
  'SIOCIFCREATE',
  'SIOCIFDESTROY',
  'SIOCSIFFLAGS',
  'SIOCSIFMETRIC',
  'SIOCSIFMTU',
  'SIOCSIFCAP',
  'SIOCSIFDESCR',
  'SIOCZIFDATA',
  'SIOCSIFMEDIA',
  'SIOCSIFGENERIC',
  'SIOCSETHERCAP',
  'SIOCSLINKSTR',
  'SIOCSVH',
  'SIOCSDRVSPEC',
  'SIOCADDMULTI',
  'SIOCDELMULTI',
  'SIOCSIFADDR',
  'SIOCSIFDSTADDR',
  'SIOCALIFADDR',
  'SIOCDLIFADDR',
  'SIOCSIFADDRPREF',
  'SIOCSLIFPHYADDR',
  'SIOCSIFPHYADDR',
  'SIOCSIFPHYADDR_IN6',
  'SIOCDIFPHYADDR',
  'SIOCSL2TPSESSION',
  'SIOCDL2TPSESSION',
  'SIOCSL2TPCOOKIE',
  'SIOCDL2TPCOOKIE',
  'SIOCSL2TPSTATE',
];

/** For root alone too, but known to one family of sockets only. */
const addressChanges: readonly (readonly [number, IoctlName])[] = [
  [AF_INET, 'SIOCAIFADDR'],
  [AF_INET, 'SIOCDIFADDR'],
  [AF_INET, 'SIOCSIFNETMASK'],
  [AF_INET, 'SIOCSIFBRDADDR'],
  [AF_INET6, 'SIOCAIFADDR_IN6'],
  [AF_INET6, 'SIOCDIFADDR_IN6'],
];

test('what is for root alone is EPERM for others, and nothing else is', async () => {
  const { process } = machine();
  await process.create('l2tp0');
  process.caller = user;
  for (const request of ioctlNames) {
    if (old.includes(request) || addressChanges.some(([, change]) => change === request)) continue;
    const answer = await ask(process, request, 'l2tp0');
    assert.equal(answer === 'EPERM', privileged.includes(request), `${request}: ${answer}`);
  }
});

test('changes of addresses are for root alone', async () => {
  const { process } = machine([
    {
      name: 'wm0',
      addresses: [
        {
          address: Uint8Array.of(192, 0, 2, 1),
          prefixLength: 24,
          broadcast: null,
          peer: null,
          flags: 0,
          validLifetime: 0xffffffff,
          preferredLifetime: 0xffffffff,
        },
      ],
    },
  ]);
  process.caller = user;
  for (const [domain, request] of addressChanges) {
    process.domain = domain;
    assert.equal(await ask(process, request, 'wm0'), 'EPERM', request);
  }
});

test('an interface that is not there is ENXIO, for others than root too', async () => {
  const { process } = machine();
  for (process.caller of [root, user])
    for (const request of ioctlNames) {
      if (global.includes(request)) continue;
      const cloning = request === 'SIOCIFCREATE' || request === 'SIOCIFDESTROY';
      const expected = cloning ? (process.caller === root ? 'EINVAL' : 'EPERM') : 'ENXIO';
      assert.equal(await ask(process, request, 'nosuch0'), expected, request);
    }
});

test('numbers of older releases are ENOTTY', async () => {
  const { process } = machine();
  await process.create('l2tp0');
  for (const request of old) assert.equal(await ask(process, request, 'l2tp0'), 'ENOTTY', request);
});

test('numbers of nobody', async () => {
  const { process } = machine();
  const unknown = (size: number) =>
    outcome(process.ioctl(requestNumber('inout', 'i', 250, size), ifreqBytes(size)));
  const ifreqBytes = (size: number) =>
    Buffer.concat([ifreq.make({ ifr_name: 'wm0' })], Math.max(size, ifreq.size));
  assert.equal(await unknown(ifreq.size), 'ENOTTY');
  assert.equal(await unknown(15), 'EINVAL', 'too short for a name');
  const outOnly = ioctlNumber(amd64, 'SIOCGIFFLAGS') & 0x7fffffff;
  assert.equal(await outcome(process.ioctl(outOnly, ifreqBytes(0))), 'EINVAL', 'without IOC_IN');
  const otherGroup = requestNumber('inout', 'r', 10, ifreq.size);
  assert.equal(await outcome(process.ioctl(otherGroup, ifreqBytes(0))), 'ENOTTY');
});

test('an argument shorter than the number says is EFAULT', async () => {
  const { process } = machine();
  for (const request of ioctlNames) {
    const argument = argumentOf(request, 'wm0');
    assert.equal(await outcome(process.ioctl(request, argument.subarray(0, -1))), 'EFAULT', request);
  }
});

test('what neither the driver nor the family knows', async () => {
  const { process } = machine();
  const answers = [
    [AF_INET, 'ENOTTY'],
    [AF_INET6, 'ENOTTY'],
    [AF_LINK, 'ENOTTY'],
    [AF_LOCAL, 'EOPNOTSUPP'],
  ] as const;
  for (const [domain, expected] of answers) {
    process.domain = domain;
    assert.equal(await ask(process, 'SIOCSL2TPSESSION', 'wm0'), expected);
  }
});

test('media, capabilities of Ethernet and link strings are unknown to every interface', async () => {
  const { process } = machine();
  await process.create('l2tp0');
  await process.create('bridge0');
  for (const name of ['l2tp0', 'bridge0', 'wm0', 'lo'])
    for (const request of ['SIOCGIFMEDIA', 'SIOCGETHERCAP', 'SIOCGLINKSTR', 'SIOCSLINKSTR'] as const)
      assert.equal(await ask(process, request, name), 'ENOTTY', `${request} ${name}`);
});

test('the argument is answered only if all went well', async () => {
  const { process } = machine();
  const argument = argumentOf('SIOCGIFDESCR', 'wm0');
  const before = Buffer.from(argument);
  await assert.rejects(process.ioctl('SIOCGIFDESCR', argument), { code: 'ENOMSG' });
  assert.deepEqual(argument, before);
  const flags = argumentOf('SIOCSIFFLAGS', 'wm0');
  await process.ioctl('SIOCSIFFLAGS', flags);
  assert.deepEqual(flags, argumentOf('SIOCSIFFLAGS', 'wm0'), 'a request that answers nothing');
});
