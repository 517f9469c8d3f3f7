import type { EventEmitter } from 'node:events';

/**
 * Takes the listeners away from a stream that is over, and with them whatever they hold: a connection, its parsers, the record of its session.
 *
 * V8 lays a function that is written into a property where it is made (`x.y = () => …`) straight into its old generation, and Node makes one such for each stream that can be written to, which
 * holds the stream. So a socket is kept until a full collection, however young it is, and all that hangs on it: that was twelve kilobytes of each session, and full collections came twice as often.
 * Our own functions are given a name first where one is made for each connection.
 */
export function letGo(stream: EventEmitter): void {
  stream.removeAllListeners();
  // What still comes of it must not end the process.
  stream.on('error', ignore);
}

const ignore = (): void => {};
