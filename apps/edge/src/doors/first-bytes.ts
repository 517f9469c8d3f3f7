import type { Socket } from 'node:net';

/** `tls`: a handshake record. `plain`: anything else. `silent`: nothing within the time. `gone`: it left. */
export type FirstBytes = 'tls' | 'plain' | 'silent' | 'gone';

/** First byte of a TLS record that holds a handshake. */
export const TLS_HANDSHAKE = 0x16;

/** Waits for the client's first bytes and puts them back, so that whoever reads next sees all. */
export function peek(socket: Socket, waitMs: number): Promise<FirstBytes> {
  return new Promise((resolve) => {
    const settle = (result: FirstBytes) => {
      clearTimeout(timer);
      socket.off('readable', look).off('end', leave).off('close', leave).off('error', leave);
      resolve(result);
    };
    const look = () => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      socket.unshift(bytes);
      settle(bytes[0] === TLS_HANDSHAKE ? 'tls' : 'plain');
    };
    const leave = () => settle('gone');
    // A process that was busy meanwhile reads first what has come in that time.
    const timer = setTimeout(() => setImmediate(settle, 'silent'), waitMs);
    socket.on('readable', look).on('end', leave).on('close', leave).on('error', leave);
    look();
  });
}
