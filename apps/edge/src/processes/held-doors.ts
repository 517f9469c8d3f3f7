import { lookup } from 'node:dns/promises';
import * as net from 'node:net';
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { type Door, RelayError } from '@hikyaku/core';

/** A bound socket that nobody reads in this process. */
export interface HeldDoor {
  door: Door;
  /** For a child's `stdio`, where it becomes a descriptor to listen on. */
  handle: SocketHandle;
}

interface SocketHandle {
  close(): void;
}

/**
 * What `node:cluster` itself makes its shared sockets with: bound, not listened on. Without a type, since Node does not document it; its version is
 * pinned, and apps/edge/test/several.int.test.ts would see it go. A `net.Server` cannot be had in its place: it would accept here.
 */
const { _createServerHandle: bind } = net as unknown as {
  _createServerHandle(
    address: string,
    port: number,
    family: 4 | 6,
    fd: undefined,
    flags: number,
  ): SocketHandle | number;
};

/**
 * Binds the port of every door, to be listened on by children. As long as this process lives the ports stay open, whoever of them dies: who
 * connects meanwhile waits in the socket's queue (docs/adr/0021).
 * @throws RelayError `config.invalid` when a port cannot be had; then none stays bound
 */
export async function holdDoors(doors: Door[], host: string): Promise<{ held: HeldDoor[]; close(): void }> {
  const { address, family } = net.isIP(host)
    ? { address: host, family: net.isIP(host) }
    : await lookup(host).catch((error: Error) => {
        throw new RelayError('config.invalid', { internal: `HIKYAKU_SMTP_LISTEN: ${error.message}`, cause: error });
      });
  const held: HeldDoor[] = [];
  const close = (): void => {
    for (const { handle } of held.splice(0)) handle.close();
  };
  for (const door of doors) {
    const handle = bind(address, door.port, family === 6 ? 6 : 4, undefined, 0);
    if (typeof handle === 'number') {
      close();
      const why = `${getSystemErrorName(handle)}: ${getSystemErrorMessage(handle)} ${host}:${door.port}`;
      throw new RelayError('config.invalid', { internal: `door ${door.name}: listen ${why}` });
    }
    held.push({ door, handle });
  }
  return { held, close };
}
