import { clientNetwork } from '@hikyaku/core';
import type { SharedFacts } from '../processes/shared-facts.ts';
import { PlacesElsewhere } from './places-elsewhere.ts';
import { TokenBucket } from './token-bucket.ts';

/** Networks from which somebody signed in lately: so many are known, for a day after the last time. */
const MAX_KNOWN = 10_000;
const KNOWN_FOR_MS = 24 * 3_600_000;
/** The other processes are told again of one that still signs in. */
const TELL_KNOWN_EVERY_MS = 3_600_000;
/** One in so many places is kept for them. */
const KEPT_SHARE = 10;
/** Networks of strangers whose coming is counted; the one longest away begins anew. */
const MAX_COUNTED = 10_000;
/** Of so many seconds at once: a site of new devices that is switched on. */
const AT_ONCE_S = 10;

/** A connection's place. */
export interface ConnectionPlace {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Called when it has to go, its place being another's by then. Who serves the connection says how. */
  sendAway: () => void;
  /** Its client has signed in, and is nobody's to send away any more. False: the tenant has as many connections as it may have; the place stays a stranger's. */
  signIn(tenantId: string): boolean;
  /** Gives it back; more than once is fine. */
  release(): void;
}

interface Taken extends ConnectionPlace {
  network: string;
  tenantId: string | null;
}

/**
 * The edge's room for connections, in all, for a network and for a tenant. Who has not signed in is a stranger: where there is no room, the oldest stranger of the
 * network that holds the most places goes, so that a crowd from a few addresses is in its own way and in nobody else's. What the edge's other
 * processes have counts too, as they told a moment ago; only our own strangers can be sent away.
 */
export class ConnectionPlaces {
  #most: number;
  #mostPerNetwork: number;
  #mostPerTenant: number;
  #strangersPerSecond: number;
  /** In order of the newest connection. */
  #coming = new Map<string, TokenBucket>();
  #now: () => number;
  #count = 0;
  #ofNetwork = new Map<string, { count: number; strangers: Set<Taken> }>();
  #ofTenant = new Map<string, number>();
  /** In order of the newest login. */
  #known = new Map<string, { at: number; toldAt: number }>();
  #facts: SharedFacts;
  #elsewhere: PlacesElsewhere;

  constructor(
    limits: { all: number; perAddress: number; perTenant: number; strangersPerSecond: number },
    now: () => number,
    facts: SharedFacts,
  ) {
    this.#most = limits.all;
    this.#mostPerNetwork = limits.perAddress;
    this.#mostPerTenant = limits.perTenant;
    this.#strangersPerSecond = limits.strangersPerSecond;
    this.#now = now;
    this.#facts = facts;
    this.#elsewhere = new PlacesElsewhere(facts);
    facts.onHeard('known', ({ key, at }) => this.#know(key, at, at));
  }

  /** Of this process. */
  get count(): number {
    return this.#count;
  }

  /**
   * A place for a connection, or null: all are taken by clients that have signed in; or nobody of its network has within a day, and they come faster than a site does
   * whose devices are new, each with a handshake that costs us more than them.
   */
  take(address: string, sendAway: () => void): ConnectionPlace | null {
    const network = clientNetwork(address);
    if (!this.#isKnown(network) && !this.#isInTime(network)) return null;
    const held = (this.#ofNetwork.get(network)?.count ?? 0) + this.#elsewhere.ofNetwork(network);
    if (held >= this.#mostPerNetwork && !this.#sendAwayFrom(network)) return null;
    const room = this.#isKnown(network) ? this.#most : this.#most - Math.floor(this.#most / KEPT_SHARE);
    if (this.#count + this.#elsewhere.count >= room && !this.#sendAwayFrom(this.#mostCrowded())) return null;
    return this.#give(network, sendAway);
  }

  #give(network: string, sendAway: () => void): ConnectionPlace {
    const of = this.#ofNetwork.get(network) ?? { count: 0, strangers: new Set() };
    const place: Taken = {
      since: this.#now(),
      network,
      tenantId: null,
      sendAway,
      signIn: (tenantId) => this.#signIn(place, tenantId),
      release: () => this.#release(place),
    };
    of.count += 1;
    of.strangers.add(place);
    this.#ofNetwork.set(network, of);
    this.#facts.tell('network', network, of.count);
    this.#count += 1;
    return place;
  }

  #signIn(place: Taken, tenantId: string): boolean {
    const of = this.#ofNetwork.get(place.network);
    if (place.tenantId !== null || !of?.strangers.has(place)) return true;
    const held = this.#ofTenant.get(tenantId) ?? 0;
    if (held + this.#elsewhere.ofTenant(tenantId) >= this.#mostPerTenant) return false;
    of.strangers.delete(place);
    place.tenantId = tenantId;
    this.#ofTenant.set(tenantId, held + 1);
    this.#facts.tell('tenant', tenantId, held + 1);
    this.#signedIn(place.network);
    return true;
  }

  #signedIn(network: string): void {
    const at = this.#now();
    let toldAt = this.#known.get(network)?.toldAt ?? Number.NEGATIVE_INFINITY;
    if (at - toldAt > TELL_KNOWN_EVERY_MS) {
      this.#facts.tell('known', network, 1);
      toldAt = at;
    }
    this.#know(network, at, toldAt);
  }

  #know(network: string, at: number, toldAt: number): void {
    this.#known.delete(network);
    this.#known.set(network, { at, toldAt });
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
  }

  #release(place: Taken): void {
    const of = this.#ofNetwork.get(place.network);
    const isStranger = of?.strangers.delete(place) === true;
    // What is thrown away of a Set goes on holding what it held (see OpenSessions): by then no session any more.
    place.sendAway = nobody;
    if (!of || (!isStranger && place.tenantId === null)) return;
    of.count -= 1;
    this.#count -= 1;
    if (of.count === 0) this.#ofNetwork.delete(place.network);
    this.#facts.tell('network', place.network, of.count);
    if (place.tenantId === null) return;
    const left = (this.#ofTenant.get(place.tenantId) ?? 1) - 1;
    if (left > 0) this.#ofTenant.set(place.tenantId, left);
    else this.#ofTenant.delete(place.tenantId);
    this.#facts.tell('tenant', place.tenantId, left);
    place.tenantId = null;
  }

  #isInTime(network: string): boolean {
    const clock = { now: this.#now };
    const perSecond = this.#strangersPerSecond;
    const bucket = this.#coming.get(network) ?? new TokenBucket(clock, perSecond, perSecond * AT_ONCE_S);
    this.#coming.delete(network);
    this.#coming.set(network, bucket);
    if (this.#coming.size > MAX_COUNTED) this.#coming.delete(this.#coming.keys().next().value!);
    return bucket.take();
  }

  #isKnown(network: string): boolean {
    return this.#now() - (this.#known.get(network)?.at ?? Number.NEGATIVE_INFINITY) < KNOWN_FOR_MS;
  }

  #mostCrowded(): string | null {
    let most = 0;
    let crowded: string | null = null;
    for (const [network, { strangers }] of this.#ofNetwork) {
      if (strangers.size > most) [most, crowded] = [strangers.size, network];
    }
    return crowded;
  }

  #sendAwayFrom(network: string | null): boolean {
    // In the order in which they came.
    const [oldest] = (network !== null && this.#ofNetwork.get(network)?.strangers) || [];
    if (!oldest) return false;
    const { sendAway } = oldest;
    this.#release(oldest);
    sendAway();
    return true;
  }
}

const nobody = (): void => {};
