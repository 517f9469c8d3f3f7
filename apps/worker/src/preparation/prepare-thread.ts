import { parentPort } from 'node:worker_threads';
import { beginReading, servePreparation } from './serve-preparation.ts';

// A thread of the pool begins here.
servePreparation(parentPort!, beginReading);
