import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where webhooks and chats are, and keeps all that it is told. */
export interface ChannelReceiver {
  /** Without a slash at its end. */
  url: string;
  /** What came to a path: headers and body as text. */
  told(path: string): string[];
  close(): Promise<void>;
}

export async function startChannelReceiver(): Promise<ChannelReceiver> {
  const all: { path: string; text: string }[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString('latin1');
    all.push({ path: request.url ?? '', text: `${JSON.stringify(request.headers)}\n${body}` });
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told: (path) => all.filter((one) => one.path === path).map(({ text }) => text),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
