import { parentPort, workerData } from 'node:worker_threads';
import { withFaults } from './mail-faults.ts';
import { beginReading, servePreparation } from './serve-preparation.ts';

// A thread of the pool begins here.
servePreparation(parentPort!, workerData.obeysFaults ? withFaults(beginReading) : beginReading);
