import { once } from 'node:events';
import { connect } from 'node:net';

/** Every command that reaches a Redis from now on, with its arguments, those of scripts included. */
export async function watchRedis(port: number): Promise<{ lines(): string; close(): void }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('MONITOR\r\n');
  await once(socket, 'data');
  return { lines: () => Buffer.concat(chunks).toString('latin1'), close: () => void socket.destroy() };
}
