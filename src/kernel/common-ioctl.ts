/** ifioctl_common(): what every interface answers, whatever its kind. */
import {
  IFDESCRSIZE,
  IFF_CANTCHANGE,
  IFF_UP,
  type IoctlName,
  KernelError,
  structs,
} from '../../native-structs';
import type { Ifnet, Request } from './driver';
import { interfaceData } from './if-data';
import type { Interfaces } from './interfaces';
import { isEthernetLike } from './link-type';
import { kernelAbi } from './requests';

const ifreq = structs(kernelAbi, 'ifreq');
const ifdatareq = structs(kernelAbi, 'ifdatareq');
const ifcapreq = structs(kernelAbi, 'ifcapreq');

/** <net/bpf.h> */
const DLT_NULL = 0;
const DLT_EN10MB = 1;

type Handler = (ifnet: Ifnet, request: Request, interfaces: Interfaces) => void | Promise<void>;

/** The part of struct ifreq behind the name. */
const values = ({ argument }: Request) => ifreq.at(argument).ifr_ifru;

const handlers: Partial<Record<IoctlName, Handler>> = {
  SIOCGIFFLAGS(ifnet, request) {
    // ifr_flags is signed, and IFF_MULTICAST its sign
    values(request).ifru_flags = (ifnet.flags << 16) >> 16;
  },
  SIOCSIFFLAGS: setFlags,
  SIOCGIFMTU(ifnet, request) {
    values(request).ifru_mtu = ifnet.mtu;
  },
  SIOCSIFMTU: (ifnet, request) => ifnet.setMtu(values(request).ifru_mtu),
  SIOCGIFMETRIC(ifnet, request, interfaces) {
    values(request).ifru_metric = interfaces.memory(ifnet).metric;
  },
  SIOCSIFMETRIC(ifnet, request, interfaces) {
    interfaces.memory(ifnet).metric = values(request).ifru_metric;
  },
  SIOCGIFDLT(ifnet, request) {
    values(request).ifru_dlt = isEthernetLike(ifnet.type) ? DLT_EN10MB : DLT_NULL;
  },
  SIOCGIFINDEX(ifnet, request) {
    values(request).ifru_value = ifnet.index;
  },
  SIOCGIFDATA: getData,
  SIOCZIFDATA(ifnet, request, interfaces) {
    getData(ifnet, request, interfaces);
    ifnet.zeroCounters();
    interfaces.memory(ifnet).lastChange = Date.now();
  },
  SIOCGIFDESCR: getDescription,
  SIOCSIFDESCR: setDescription,
  /** There are no capabilities to have. */
  SIOCGIFCAP(_ifnet, { argument }) {
    const capabilities = ifcapreq.at(argument);
    capabilities.ifcr_capabilities = 0n;
    capabilities.ifcr_capenable = 0n;
  },
  SIOCSIFCAP(_ifnet, { argument }) {
    if (ifcapreq.at(argument).ifcr_capenable !== 0n) throw new KernelError('EINVAL');
  },
};

/** Answers and returns true, or returns false for a request that is not for every interface. */
export async function commonIoctl(ifnet: Ifnet, request: Request, interfaces: Interfaces): Promise<boolean> {
  const handler = handlers[request.name];
  await handler?.(ifnet, request, interfaces);
  return handler !== undefined;
}

async function setFlags(ifnet: Ifnet, request: Request, interfaces: Interfaces): Promise<void> {
  const flags = values(request).ifru_flags & 0xffff & ~IFF_CANTCHANGE;
  const changed = flags ^ ifnet.flags;
  await ifnet.setFlags(flags);
  if (changed & IFF_UP) interfaces.memory(ifnet).lastChange = Date.now();
}

function getData(ifnet: Ifnet, { argument }: Request, interfaces: Interfaces): void {
  interfaceData(ifnet, interfaces.memory(ifnet)).copy(argument, ifdatareq.fields.ifdr_data.offset);
}

/** ENOMSG if there is none, EINVAL if the buffer is shorter than the longest one may be. */
function getDescription(ifnet: Ifnet, request: Request, interfaces: Interfaces): void {
  const { description } = interfaces.memory(ifnet);
  if (!description) throw new KernelError('ENOMSG');
  const { b_buflen, b_buf } = values(request).ifru_b;
  if (b_buflen < IFDESCRSIZE) throw new KernelError('EINVAL');
  request.copyout(b_buf, description);
}

/** No buffer or an empty one takes the description away. ENAMETOOLONG above IFDESCRSIZE bytes, NUL included. */
function setDescription(ifnet: Ifnet, request: Request, interfaces: Interfaces): void {
  const { b_buflen, b_buf } = values(request).ifru_b;
  if (b_buflen > IFDESCRSIZE) throw new KernelError('ENAMETOOLONG');
  const memory = interfaces.memory(ifnet);
  if (b_buf === 0n || b_buflen === 0) {
    memory.description = null;
    return;
  }
  // NetBSD reads on behind the buffer; here there need be nothing. The last byte stays NUL.
  const text = request.copyin(b_buf, Math.min(b_buflen, IFDESCRSIZE - 1));
  memory.description = Buffer.concat([text], IFDESCRSIZE);
}
