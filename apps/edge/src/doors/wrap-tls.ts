import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

/** Old devices need seconds for an RSA handshake; APC cards give up after 20 s anyway. */
const HANDSHAKE_MS = 30_000;

/**
 * The server's side of TLS over an accepted socket; resolves when the handshake is done.
 * @throws Error of OpenSSL, or with code `ERR_TLS_HANDSHAKE_TIMEOUT` or `ECONNRESET`
 */
export function wrapTls(socket: Socket, context: SecureContext, handshakeMs = HANDSHAKE_MS): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
    const settle = (error?: Error) => {
      clearTimeout(timer);
      secure.off('secure', done).off('error', settle).off('_tlsError', settle).off('close', gone).off('end', gone);
      if (!error) return resolve(secure);
      // Whatever still comes from a dead handshake has been told already.
      secure.on('error', () => {});
      secure.destroy();
      reject(error);
    };
    const done = () => settle();
    const gone = () => settle(Object.assign(new Error('closed in the handshake'), { code: 'ECONNRESET' }));
    const timer = setTimeout(
      () => settle(Object.assign(new Error('TLS handshake too slow'), { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' })),
      handshakeMs,
    );
    secure.on('secure', done).on('error', settle).on('_tlsError', settle).on('close', gone).on('end', gone);
  });
}
