import type { DoorShape, LegacyTls, Ports } from '@hikyaku/contracts';

export type Encryption = 'starttls' | 'implicit' | 'none';
export type DoorChoiceName = 'starttls' | 'implicit' | 'legacyStarttls' | 'legacyImplicit' | 'plain';

/** One way in, as an owner chooses it by what the device's form offers. */
export interface DoorChoice {
  name: DoorChoiceName;
  encryption: Encryption;
  /** The port to try first, then the others with the same encryption. */
  ports: number[];
}

interface DoorPolicy {
  allowPlainAuth: boolean;
  legacyTls: LegacyTls;
}

/** The ways in that are open to a device, the usual one first. */
export function doorChoices(ports: Ports, policy: DoorPolicy): DoorChoice[] {
  const starttls = [ports.submission, ports.alternative, ...(ports.smtp25 ? [ports.smtp25] : [])];
  return [
    { name: 'starttls', encryption: 'starttls', ports: starttls },
    { name: 'implicit', encryption: 'implicit', ports: [ports.smtps] },
    ...(policy.legacyTls === 'allow'
      ? (
          [
            { name: 'legacyStarttls', encryption: 'starttls', ports: [ports.legacySubmission] },
            { name: 'legacyImplicit', encryption: 'implicit', ports: [ports.legacySmtps] },
          ] as const
        ).map((choice) => ({ ...choice, ports: [...choice.ports] }))
      : []),
    ...(policy.allowPlainAuth ? [{ name: 'plain', encryption: 'none', ports: starttls } as const] : []),
  ];
}

const NAMES: Record<DoorShape['name'], DoorChoiceName> = {
  submission: 'starttls',
  alternative: 'starttls',
  smtp25: 'starttls',
  smtps: 'implicit',
  'legacy-submission': 'legacyStarttls',
  'legacy-smtps': 'legacyImplicit',
};

interface FamilyDoors {
  door: DoorShape['name'];
  otherDoors: readonly DoorShape['name'][];
  encryption: readonly Encryption[];
}

/** The ways in that a family's form can be set to, those for old equipment where it is some; all where none of them is open to the device. */
export function choicesFor(choices: readonly DoorChoice[], family: FamilyDoors | null): readonly DoorChoice[] {
  if (!family) return choices;
  const isOld = [family.door, ...family.otherDoors].some((door) => door.startsWith('legacy'));
  const fitting = choices.filter(
    ({ name, encryption }) => family.encryption.includes(encryption) && (isOld || !name.startsWith('legacy')),
  );
  return fitting.length ? fitting : choices;
}

/** The first of a family's doors that is open to the device, with an encryption that its form has. */
export function choiceFor(choices: readonly DoorChoice[], family: FamilyDoors): DoorChoiceName {
  const fitting = choicesFor(choices, family);
  const open = [family.door, ...family.otherDoors]
    .map((door) => NAMES[door])
    .find((name) => fitting.some((choice) => choice.name === name));
  return open ?? fitting[0]?.name ?? 'starttls';
}

/** Every other port worth a try when `choice` does not work, each with its encryption. */
export function otherPorts(
  choices: readonly DoorChoice[],
  choice: DoorChoice,
): { port: number; encryption: Encryption }[] {
  const all = choices.flatMap(({ encryption, ports }) => ports.map((port) => ({ port, encryption })));
  return all.filter(({ port, encryption }) => !(port === choice.ports[0] && encryption === choice.encryption));
}
