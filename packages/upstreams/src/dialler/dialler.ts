import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type ErrorCode, RelayError, untilAborted } from '@hikyaku/core';
import { addressClass } from './address-class.ts';

/** The ports on which mail is handed in. */
const SMTP_PORTS = [25, 465, 587, 2525];
/** A name with more addresses than that is a farm: the first few will do. */
const MAX_ADDRESSES = 4;
/** A blocked port answers nothing at all; a person may be waiting for the test. */
const CONNECT_TIMEOUT_MS = 8000;
const RESOLVE_TIMEOUT_MS = 8000;

/** How far tenant-given hosts may be dialled. */
export interface DialRules {
  /** `public`: addresses of the internet on these `ports`. `any`: also private ones, any port. `this-machine`: loopback alone, any port. */
  reach: 'public' | 'any' | 'this-machine';
  /** By default SMTP's. */
  ports?: number[];
  /** The name that devices use for us, and the ports of our doors. */
  ownHost: string;
  ownPorts: number[];
  /** All addresses of a name; the system's resolver by default. */
  resolve?: (host: string) => Promise<string[]>;
}

/** A connection that stands, and whether its far end is on the internet (where no password may go in plain). */
export interface Dialled {
  socket: Socket;
  address: string;
  isPublic: boolean;
}

export interface Dialler {
  /**
   * Resolves the name once, checks what came, and connects to just these addresses. The caller owns the socket.
   * @throws RelayError `smtp.host_unknown`, `smtp.host_refused`, `smtp.port_refused`, `smtp.own_door`, `smtp.unreachable`
   */
  dial(host: string, port: number, signal: AbortSignal): Promise<Dialled>;
}

/** The one way to a host that a tenant named. */
export function createDialler(rules: DialRules): Dialler {
  const resolve = rules.resolve ?? resolveBySystem;
  const { reach, ports = SMTP_PORTS } = rules;

  const addressesOf = async (host: string, signal: AbortSignal): Promise<string[]> => {
    const name = host.replace(/^\[(.*)\]$/, '$1');
    if (isIP(name)) return [name];
    const late = AbortSignal.any([signal, AbortSignal.timeout(RESOLVE_TIMEOUT_MS)]);
    const found = await untilAborted(resolve(name), late).catch((error: { code?: string }) => {
      const code = late.aborted ? 'ETIMEOUT' : error?.code;
      // An answer "there is none" is the name's fault; silence is the resolver's.
      const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA';
      throw dialError(isUnknown ? 'smtp.host_unknown' : 'smtp.unreachable', `${host}: ${code ?? 'no answer'}`);
    });
    if (found.length === 0) throw dialError('smtp.host_unknown', host);
    return found;
  };

  /** Ours by the machine's interfaces, or by the name that the instance has outside. */
  const ownAddresses = async (signal: AbortSignal): Promise<Set<string>> => {
    const local = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
    const named = await addressesOf(rules.ownHost, signal).catch(() => []);
    return new Set([...local, ...named]);
  };

  return {
    async dial(host, port, signal) {
      if (reach === 'public' && !ports.includes(port)) throw dialError('smtp.port_refused', `${host}:${port}`);
      const found = await addressesOf(host, signal);
      const own = await ownAddresses(signal);
      const isOwn = (address: string) =>
        own.has(address) || addressClass(address) === 'loopback' || /^(0\.0\.0\.0|::)$/.test(address);
      // Production maps the well-known ports to the doors: from outside, all of SMTP's ports at our public address may be ours.
      const isDoor = (address: string) =>
        rules.ownPorts.includes(port) || (SMTP_PORTS.includes(port) && addressClass(address) === 'public');
      if (found.some((address) => isOwn(address) && isDoor(address)))
        throw dialError('smtp.own_door', `${host}:${port}`);
      const may = found.filter((address) => {
        const kind = addressClass(address);
        if (reach === 'public') return kind === 'public' && !own.has(address);
        return reach === 'this-machine' ? kind === 'loopback' : kind !== 'multicast' && kind !== 'embedded';
      });
      if (may.length === 0) throw dialError('smtp.host_refused', `${host} is ${found.map(addressClass).join(', ')}`);
      let last = '';
      for (const address of may.slice(0, MAX_ADDRESSES)) {
        const socket = await connectTo(address, port, signal).catch((error: { code?: string }) => {
          last = error?.code ?? 'no answer';
          return null;
        });
        if (socket) return { socket, address, isPublic: addressClass(address) === 'public' };
        if (signal.aborted) break;
      }
      throw dialError('smtp.unreachable', `${host}:${port}: ${last}`);
    },
  };
}

const dialError = (code: ErrorCode, internal: string): RelayError => new RelayError(code, { internal });

const resolveBySystem = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

function connectTo(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host: address, port });
    const end = (error: unknown) => {
      socket.destroy();
      fail(error);
    };
    const stop = () => end({ code: 'ETIMEDOUT' });
    const late = setTimeout(stop, CONNECT_TIMEOUT_MS);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.on('error', end);
    socket.once('connect', () => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      socket.removeListener('error', end);
      // Until its user listens: a reset in between ends no process.
      socket.on('error', () => {});
      done(socket);
    });
    socket.once('close', () => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
    });
  });
}
