/** l2tpd over a kernel of names alone: for what depends on no host. */
import { main } from '../../src/l2tpd/command';
import { FakeKernel } from './fake-kernel';

void main(process.argv, () => ({ kernel: new FakeKernel(), close: () => Promise.resolve() })).then((status) =>
  process.exit(status),
);
