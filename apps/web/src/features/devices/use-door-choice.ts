'use client';
import type { Device, Ports } from '@hikyaku/contracts';
import { useState } from 'react';
import {
  choiceFor,
  choicesFor,
  type DoorChoice,
  type DoorChoiceName,
  doorChoices,
  otherPorts,
} from './door-choices.ts';
import { useFamily } from './use-families.ts';

/** The way in that a device is shown: the family's first one until its owner chooses another. */
export interface ShownDoor {
  choices: readonly DoorChoice[];
  choice: DoorChoice | undefined;
  /** The port to type, and the one to try when it does not answer. */
  port: number;
  nextPort: number | null;
  choose: (name: DoorChoiceName) => void;
}

export function useDoorChoice(
  device: Pick<Device, 'family' | 'allowPlainAuth' | 'legacyTls'>,
  ports: Ports,
): ShownDoor {
  const family = useFamily(device.family);
  const [wanted, choose] = useState<DoorChoiceName | null>(null);
  const choices = choicesFor(doorChoices(ports, device), family);
  const name = wanted ?? (family ? choiceFor(choices, family) : 'starttls');
  const choice = choices.find((item) => item.name === name) ?? choices[0];
  const port25 = family?.needs.includes('port_25') ? ports.smtp25 : null;
  const port = port25 ?? choice?.ports[0] ?? ports.submission;
  const others = choice ? [...choice.ports, ...otherPorts(choices, choice).map((other) => other.port)] : [];
  return { choices, choice, port, nextPort: others.find((other) => other !== port) ?? null, choose };
}
