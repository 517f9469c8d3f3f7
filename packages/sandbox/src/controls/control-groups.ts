import { accountSchema, faultSchema, happeningSchema, knobSchema } from '../knobs/knob-schema.ts';
import type { FieldSchema } from './control-field.ts';

type Fields = Record<string, FieldSchema>;

const { keep, accounts: _, faults: __, happen: ___, ...plain } = knobSchema.properties;

/** Every knob there is, by the form that turns it; made from the schema that takes them, so that none is missing. */
export const CONTROL_GROUPS = {
  /** Of the whole sandbox. The store's two numbers stand beside the rest. */
  whole: { ...plain, ...keep.properties } as Fields,
  account: accountSchema.properties as Fields,
  fault: faultSchema.properties as Fields,
  happen: happeningSchema.properties as Fields,
};
export type ControlGroup = keyof typeof CONTROL_GROUPS;

/** Names within `keep`. */
export const KEEP_FIELDS: readonly string[] = Object.keys(keep.properties);
