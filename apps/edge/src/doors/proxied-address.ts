import type { Socket } from 'node:net';
import { MAX_HEADER_BYTES, readProxyHeader } from './proxy-header.ts';

/** A proxy sends its header with the connection, before it has anything of the client's. */
const HEADER_WITHIN_MS = 5000;

/** `address`: the client's, null where the proxy speaks for itself. `gone`: a balancer looked whether the door is open. */
export type ProxiedAddress =
  | { kind: 'told'; address: string | null }
  | { kind: 'untold'; why: string }
  | { kind: 'gone' };

/**
 * Takes the PROXY header, and nothing behind it, off a paused socket. It is required of a proxy: where it could be missing, what a client sends
 * could stand in for it.
 */
export function proxiedAddress(socket: Socket): Promise<ProxiedAddress> {
  return new Promise((resolve) => {
    let read: Buffer = Buffer.alloc(0);
    const settle = (result: ProxiedAddress) => {
      clearTimeout(timer);
      socket.off('readable', look).off('end', leave).off('close', leave).off('error', leave);
      resolve(result);
    };
    const look = () => {
      for (let bytes = socket.read(); bytes !== null; bytes = socket.read()) {
        read = read.length ? Buffer.concat([read, bytes as Buffer]) : (bytes as Buffer);
      }
      const header = readProxyHeader(read);
      // A header that is not whole within its bound is bad, so no more than that is kept.
      if (header.kind === 'more' && read.length < MAX_HEADER_BYTES) return;
      if (header.kind !== 'whole') {
        settle({ kind: 'untold', why: header.kind === 'bad' ? header.why : 'no end' });
        return;
      }
      const rest = read.subarray(header.lengthBytes);
      if (rest.length) socket.unshift(rest);
      settle({ kind: 'told', address: header.address });
    };
    const leave = () => settle({ kind: 'gone' });
    const timer = setTimeout(settle, HEADER_WITHIN_MS, { kind: 'untold', why: `nothing in ${HEADER_WITHIN_MS} ms` });
    socket.on('readable', look).on('end', leave).on('close', leave).on('error', leave);
    look();
  });
}
