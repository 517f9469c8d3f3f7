import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Ports of one block; its first one is the claim. */
const BLOCK = 16;
const LOWEST = 12_000;
/** Where Linux's own choice of ports starts when nothing says so. */
const USUAL_EPHEMERAL = 32_768;
/** A server stays claimed as long as this process lives. */
const claims: Server[] = [];

/**
 * Ports of 127.0.0.1 that nobody else gets while this process lives, for servers that are told their port (1–15 of them).
 * They lie below those that the kernel gives to outgoing connections and to port 0: a port found free by asking for port 0
 * can be another's a moment later. Other test processes keep away, since we listen on the first port of the block.
 * @throws Error for more than a block holds, and when a thousand blocks are taken
 */
export async function reservePorts(count: number): Promise<number[]> {
  if (count >= BLOCK) throw new RangeError(`at most ${BLOCK - 1} ports at once, not ${count}`);
  const blocks = Math.floor((ephemeralFrom() - LOWEST) / BLOCK);
  const start = Math.floor(Math.random() * blocks);
  for (let tried = 0; tried < Math.min(blocks, 1000); tried++) {
    const first = LOWEST + ((start + tried) % blocks) * BLOCK;
    const claim = await listenOn(first);
    if (!claim) continue;
    const ports = Array.from({ length: count }, (_, index) => first + 1 + index);
    if (await areFree(ports)) {
      claims.push(claim.unref());
      return ports;
    }
    claim.close();
  }
  throw new Error(`no block of ${count} free ports from ${LOWEST} on`);
}

/** One of them. */
export async function reservePort(): Promise<number> {
  const [port] = await reservePorts(1);
  return port!;
}

async function areFree(ports: number[]): Promise<boolean> {
  const servers = await Promise.all(ports.map(listenOn));
  await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))));
  return servers.every((server) => server !== null);
}

function listenOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function ephemeralFrom(): number {
  try {
    const from = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
    return from > LOWEST + 100 * BLOCK ? from : USUAL_EPHEMERAL;
  } catch {
    return USUAL_EPHEMERAL;
  }
}
