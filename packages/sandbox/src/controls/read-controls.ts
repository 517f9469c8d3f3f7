import { type FieldSchema, readField } from './control-field.ts';
import { CONTROL_GROUPS, KEEP_FIELDS } from './control-groups.ts';

/** Empty fields are left as they are. */
function readFields(fields: Record<string, FieldSchema>, form: Record<string, string>): Record<string, unknown> {
  const named = Object.entries(fields).filter(([name]) => form[name]?.trim());
  return Object.fromEntries(named.map(([name, schema]) => [name, readField(schema, form[name]!)]));
}

/** The form of the whole sandbox: an emptied list is empty. */
function readWhole(form: Record<string, string>): Record<string, unknown> {
  const values = readFields(CONTROL_GROUPS.whole, form);
  const isKept = ([name]: [string, unknown]): boolean => KEEP_FIELDS.includes(name);
  const entries = Object.entries(values);
  const keep = Object.fromEntries(entries.filter(isKept));
  const rest = Object.fromEntries(entries.filter((entry) => !isKept(entry)));
  return { bounces: [], ...rest, ...(Object.keys(keep).length ? { keep } : {}) };
}

/** A fault's body is JSON where it can be read as such, its headers are lines of `name: value`; `times` `always` is until they are cleared. */
function readFault(form: Record<string, string>): Record<string, unknown> {
  const { body, headers, times, ...fields } = form;
  const { body: _, headers: __, times: ___, ...schemas } = CONTROL_GROUPS.fault;
  const named = Object.fromEntries(
    (headers ?? '').split('\n').flatMap((line) => {
      const [name = '', ...value] = line.split(':');
      return name.trim() && value.length ? [[name.trim().toLowerCase(), value.join(':').trim()]] : [];
    }),
  );
  return {
    ...readFields(schemas, fields),
    ...(times?.trim() ? { times: times.trim() === 'always' ? null : readField({ type: 'integer' }, times) } : {}),
    ...(body?.trim() ? { body: readBody(body) } : {}),
    ...(Object.keys(named).length ? { headers: named } : {}),
  };
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a form of the page of knobs asks for, as `POST /knobs` takes it; undefined for a form that is none. */
export function readControls(form: Record<string, string>): Record<string, unknown> | undefined {
  const { group, address = '', ...fields } = form;
  switch (group) {
    case 'whole':
      return readWhole(fields);
    case 'account':
      return { accounts: { [address.trim().toLowerCase()]: readFields(CONTROL_GROUPS.account, fields) } };
    case 'fault':
      return { faults: [readFault(fields)] };
    case 'no_faults':
      return { faults: [] };
    case 'happen':
      return { happen: [readFields(CONTROL_GROUPS.happen, fields)] };
    default:
      return undefined;
  }
}
