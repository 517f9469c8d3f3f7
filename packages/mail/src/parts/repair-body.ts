import { toBuffer } from '../line-ends.ts';
import { createBase64Writer } from './base64-writer.ts';
import type { BodyPlan, PartPlan, Transform } from './body-plan.ts';
import { JisTextDecoder } from './jis-text.ts';
import type { PartEvents } from './part-events.ts';
import { PartWalker } from './part-walker.ts';
import { createSplitWriter } from './split-writer.ts';
import { Base64Decoder, QuotedDecoder, type TransferDecoder, UrlSafeDecoder, UuDecoder } from './transfer-decoders.ts';

/**
 * The body that a plan makes of one, streamed; the same plan and body give the same bytes however the body is cut. `contents`: what stands in place of parts'
 * own contents, as base64, by their numbers.
 */
export async function* repairBody(
  source: AsyncIterable<Uint8Array>,
  plan: BodyPlan,
  contents: ReadonlyMap<number, Buffer> = NO_CONTENTS,
): AsyncGenerator<Buffer> {
  const writer = createBodyWriter(plan, contents);
  const walker = new PartWalker(plan.root, writer.events);
  for await (const chunk of source) {
    walker.push(toBuffer(chunk).toString('latin1'));
    const ready = writer.take();
    if (ready.length) yield ready;
  }
  walker.end();
  writer.end();
  const last = writer.take();
  if (last.length) yield last;
}

const NO_CONTENTS: ReadonlyMap<number, Buffer> = new Map();

interface Encoder {
  push(text: string): void;
  end(): void;
}

function createBodyWriter(
  plan: BodyPlan,
  contents: ReadonlyMap<number, Buffer>,
): {
  events: PartEvents;
  take(): Buffer;
  end(): void;
} {
  let out: string[] = [];
  let isLineStart = true;
  /** A delimiter line that has no part yet: another one right behind takes its place. */
  let pending = '';
  let encoder: { index: number; it: Encoder } | null = null;
  /** Multiparts whose lead is written: once, before the words that it makes a part of. */
  const led = new Set<number>();

  const write = (text: string): void => {
    if (text === '') return;
    out.push(text);
    isLineStart = text.endsWith('\n');
  };
  const settle = (): void => {
    write(pending);
    pending = '';
  };
  const endLine = (): void => {
    if (!isLineStart) write('\r\n');
  };
  const endEncoder = (): void => {
    encoder?.it.end();
    encoder = null;
  };
  const replace = (index: number): void => {
    const bytes = contents.get(index);
    if (!bytes) return;
    const writer = createBase64Writer(write);
    writer.push(bytes);
    writer.end();
  };
  const content = (index: number, text: string): void => {
    if (contents.has(index)) return;
    const planned = plan.parts[index];
    if (planned?.transform === 'drop') return;
    settle();
    if (!planned || planned.transform === 'keep') {
      write(clean(text));
      return;
    }
    if (encoder?.index !== index) endEncoder();
    encoder ??= { index, it: createEncoder(planned, write) };
    encoder.it.push(text);
  };

  const events: PartEvents = {
    header(index, { raw, hasEnd }) {
      settle();
      const planned = plan.parts[index]?.header;
      write(planned ?? clean(raw));
      if (planned === undefined || planned === null) {
        endLine();
        if (!hasEnd) write('\r\n');
      }
      replace(index);
    },
    content,
    partEnd: endEncoder,
    outside(index, text) {
      const lead = led.has(index) ? undefined : plan.parts[index]?.lead;
      if (lead) write(lead);
      if (lead) led.add(index);
      content(index, text);
    },
    delimiter(text, lineEnd, how) {
      // A part that has nothing is left out, but a multipart keeps its end.
      if (pending === '') {
        if (lineEnd !== '') write('\r\n');
        else endLine();
      }
      pending = `${text.replace(/[\0\r\n]+/g, '')}\r\n`;
      if (how === 'added') settle();
    },
    multipartEnd() {
      endEncoder();
      settle();
    },
    rest(text) {
      settle();
      write(clean(text));
    },
  };
  replace(0);
  return {
    events,
    take() {
      const ready = Buffer.from(out.join(''), 'latin1');
      out = [];
      return ready;
    },
    end() {
      endEncoder();
      settle();
      endLine();
    },
  };
}

/** D1, D4: every line end as CRLF, and no NUL. */
function clean(text: string): string {
  return text.replaceAll('\0', '').replace(/\r\n?|\n/g, '\r\n');
}

function createEncoder({ transform, split }: PartPlan, write: (text: string) => void): Encoder {
  if (split) return createSplitWriter(split, clean, write);
  const writer = createBase64Writer(write);
  const decoder = decoderFor(transform);
  return {
    push: (text) => writer.push(decoder.push(text)),
    end() {
      writer.push(decoder.end());
      writer.end();
    },
  };
}

const NONE = Buffer.alloc(0);
const AS_IT_STANDS: TransferDecoder = { push: (text) => Buffer.from(text, 'latin1'), end: () => NONE };

function decoderFor(transform: Transform): TransferDecoder {
  if (transform === 'base64') return new Base64Decoder();
  if (transform === 'base64url') return new UrlSafeDecoder();
  if (transform === 'quoted') return new QuotedDecoder();
  if (transform === 'uu') return new UuDecoder();
  if (transform === 'jis') return new JisTextDecoder(AS_IT_STANDS);
  if (transform === 'jis_base64') return new JisTextDecoder(new Base64Decoder());
  if (transform === 'jis_quoted') return new JisTextDecoder(new QuotedDecoder());
  const asIs = transform === 'bytes';
  return { push: (text) => Buffer.from(asIs ? text : clean(text), 'latin1'), end: () => NONE };
}
