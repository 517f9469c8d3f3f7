import type { Socket } from 'node:net';

/** `tls`: a handshake record. `plain`: anything else. `silent`: nothing within the time. `gone`: it left. */
export type FirstBytes = 'tls' | 'plain' | 'silent' | 'gone';

/** First byte of a TLS record that holds a handshake. */
const TLS_HANDSHAKE = 0x16;

/**
 * True for the beginning of a ClientHello: a record of TLS, or the form of SSL 2.0 in which OpenSSL before 1.0 offers TLS too, as old equipment has it: a length with its
 * first bit set, the message's type 1, a version of 0.2 (SSL 2.0 itself, which is told so by an alert) or 3.x.
 */
export function isClientHello(bytes: Buffer): boolean {
  if (bytes[0] === TLS_HANDSHAKE) return true;
  return bytes[0]! >= 0x80 && bytes[2] === 1 && (bytes[3] === 3 || bytes[3] === 0);
}

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
      settle(isClientHello(bytes) ? 'tls' : 'plain');
    };
    const leave = () => settle('gone');
    // A process that was busy meanwhile reads first what has come in that time.
    const timer = setTimeout(() => setImmediate(settle, 'silent'), waitMs);
    socket.on('readable', look).on('end', leave).on('close', leave).on('error', leave);
    look();
  });
}
