import { connectSocket } from '../../src/ioctl/socket';
import { describeByteStream } from './byte-stream-contract';

describeByteStream('connection by node:net', connectSocket);
