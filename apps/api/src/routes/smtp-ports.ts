import type { Ports } from '@hikyaku/contracts';
import type { Door, DoorName } from '@hikyaku/core';

/** Doors by the names that scripts rely on. */
export function portsOf(doors: Door[]): Ports {
  const portOf = (name: DoorName) => doors.find((door) => door.name === name)?.port;
  const submission = portOf('submission') ?? doors[0]?.port ?? 587;
  return {
    submission,
    alternative: portOf('alternative') ?? submission,
    smtps: portOf('smtps') ?? 465,
    legacySubmission: portOf('legacy-submission') ?? submission,
    legacySmtps: portOf('legacy-smtps') ?? 465,
    smtp25: portOf('smtp25') ?? null,
    pop3: portOf('pop3') ?? null,
    pop3s: portOf('pop3s') ?? null,
  };
}
