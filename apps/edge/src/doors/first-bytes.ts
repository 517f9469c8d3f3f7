import type { Socket } from 'node:net';

/** `tls`: a handshake record. `plain`: anything else. `silent`: nothing within the time. `gone`: it left. */
export type FirstBytes = 'tls' | 'plain' | 'silent' | 'gone';

/** First byte of a TLS record that holds a handshake. */
const TLS_HANDSHAKE = 0x16;

/**
 * True for the beginning of a ClientHello: a record of TLS, or the form of SSL 2.0 in which OpenSSL before 1.0 offers TLS too, as old equipment has it: a length with its
 * first bit set, the message's type 1, a version of 0.2 (SSL 2.0 itself, which is told so by an alert) or 3.x. Null while there are too few bytes to tell.
 */
export function isClientHello(bytes: Buffer): boolean | null {
  const [first, , type, version] = bytes;
  if (first === undefined) return null;
  if (first < 0x80) return first === TLS_HANDSHAKE;
  if (type === undefined) return null;
  if (type !== 1) return false;
  return version === undefined ? null : version === 3 || version === 0;
}

/** Waits for the client's first bytes and puts them back, so that whoever reads next sees all. */
export function peek(socket: Socket, waitMs: number): Promise<FirstBytes> {
  return new Promise((resolve) => {
    let bytes: Buffer | null = null;
    const settle = (result: FirstBytes) => {
      clearTimeout(timer);
      socket.off('readable', look).off('end', leave).off('close', leave).off('error', leave);
      // Not before: what is put back is told again at once.
      if (bytes && result !== 'gone' && !socket.destroyed) socket.unshift(bytes);
      bytes = null;
      resolve(result);
    };
    const look = () => {
      const more = socket.read() as Buffer | null;
      if (more === null) return;
      bytes = bytes ? Buffer.concat([bytes, more]) : more;
      const isHello = isClientHello(bytes);
      if (isHello !== null) settle(isHello ? 'tls' : 'plain');
    };
    const leave = () => settle('gone');
    // A process that was busy meanwhile reads first what has come in that time.
    const timer = setTimeout(() => setImmediate(() => settle(bytes ? 'plain' : 'silent')), waitMs);
    socket.on('readable', look).on('end', leave).on('close', leave).on('error', leave);
    look();
  });
}
