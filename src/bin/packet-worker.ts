/** Entry of the worker thread that moves frames. */
import { runWorker } from '../datapath/worker';

runWorker();
