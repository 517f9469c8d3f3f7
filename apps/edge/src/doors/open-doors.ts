import type { Clock, Door } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { ConnectionPlaces } from '../limits/connection-places.ts';
import type { EdgeMetrics } from '../metrics.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import type { TlsKeeper } from '../tls/contexts.ts';
import type { Dialogue } from './dialogue.ts';
import { ListeningDoor, type ListenOn } from './listening-door.ts';
import type { TlsSpeakers } from './tls-speakers.ts';

/** How often dialogues are looked through for strangers who stay too long. */
const LOOK_EVERY_MS = 1000;
/** While draining: how often for those that became idle. */
const DRAIN_LOOK_MS = 100;
/** The last replies get that long to leave. */
const FLUSH_MS = 100;

export interface OpenDoors {
  /** The port that each door listens on, by its name. */
  ports: Record<string, number>;
  /** Stops listening, lets dialogues bring their mail for up to `withinMs`, then says 421 to the rest. */
  stop(withinMs: number): Promise<void>;
}

/** Opens every door of the list. @throws RelayError `config.invalid` when a port cannot be had; then none stays open */
export async function openDoors(parts: {
  doors: Door[];
  listenOn: ListenOn;
  /** What is spoken behind a door; one for each. */
  dialogueOf: (door: Door) => Dialogue;
  tls: TlsKeeper;
  places: ConnectionPlaces;
  record: (door: Door, address: string) => SessionLog;
  tlsSpeakers: TlsSpeakers;
  isProxy: (address: string) => boolean;
  clock: Clock;
  logger: Logger;
  metrics: EdgeMetrics;
}): Promise<OpenDoors> {
  const { doors, tls, clock } = parts;
  const dialogues = doors.map((door) => parts.dialogueOf(door));
  const open = doors.map(
    (door, index) =>
      new ListeningDoor(door, {
        ...parts,
        dialogue: dialogues[index]!,
        context: () => (door.isLegacy ? tls.current().legacy : tls.current().modern),
        plainPort: () => twinOf(door, doors).port,
      }),
  );
  try {
    await Promise.all(open.map((door, index) => door.listen(parts.listenOn(door.door, index))));
  } catch (error) {
    for (const door of open) door.stopListening();
    throw error;
  }
  const strangers = setInterval(() => {
    for (const dialogue of dialogues) dialogue.closeStrangers();
  }, LOOK_EVERY_MS);

  return {
    ports: Object.fromEntries(doors.map(({ name, port }) => [name, port])),
    async stop(withinMs) {
      clearInterval(strangers);
      for (const door of open) door.stopListening();
      const end = clock.now() + withinMs;
      const left = (all: boolean) => dialogues.reduce((sum, dialogue) => sum + dialogue.closeIdle(all), 0);
      while (left(false) > 0 && clock.now() < end) await clock.sleep(DRAIN_LOOK_MS);
      left(true);
      await clock.sleep(FLUSH_MS);
    },
  };
}

/** The door that starts in plain, of the same kind. There is one of each by default; where its port is 0, the TLS door itself is named. */
function twinOf(door: Door, doors: Door[]): Door {
  const isTwin = ({ tls, isLegacy, protocol }: Door) =>
    tls === 'starttls' && isLegacy === door.isLegacy && protocol === door.protocol;
  return doors.find(isTwin) ?? door;
}
