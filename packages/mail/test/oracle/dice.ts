import { seededRandom } from '@hikyaku/testing';

/** Choices that a seed decides. */
export interface Dice {
  /** 0 to `max` - 1. */
  below(max: number): number;
  oneOf<T>(items: readonly T[]): T;
  chance(part: number): boolean;
}

export function throwDice(seed: number): Dice {
  const random = seededRandom(seed);
  // Neighbouring seeds begin alike.
  random();
  const below = (max: number): number => Math.floor(random() * max);
  return { below, oneOf: (items) => items[below(items.length)]!, chance: (part) => random() < part };
}

/** Bytes as text, one per character. */
export const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const utf8 = (text: string): string => latin(Buffer.from(text));

/** Quoted-printable without soft line breaks. */
export const quoted = (bytes: string): string =>
  bytes.replace(/[^ -<>-~]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

export type Fields = [name: string, value: string][];

/** Fields as lines; names written as some devices do. */
export function writeFields(fields: Fields, dice: Dice): string {
  const spell = (name: string): string =>
    dice.chance(0.1) ? dice.oneOf([name.toLowerCase(), name.toUpperCase()]) : name;
  return fields.map(([name, value]) => `${spell(name)}:${dice.chance(0.1) ? '' : ' '}${value}\n`).join('');
}
