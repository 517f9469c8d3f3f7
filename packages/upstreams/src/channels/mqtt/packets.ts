/** The packets of MQTT 3.1.1 (docs.oasis-open.org/mqtt/mqtt/v3.1.1, section 3) that a client needs which publishes and goes. */

/** What a broker answers is two bytes; more is no broker's. */
const MAX_ANSWER_BYTES = 64;

/** Each string and the password with its length before it (1.5.3). */
function prefixed(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Seven bits a byte, the lowest first (2.2.3). */
function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  for (let left = length; ; ) {
    const digit = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? digit + 128 : digit);
    if (left === 0) return Buffer.from(bytes);
  }
}

const packet = (first: number, ...rest: Buffer[]): Buffer => {
  const length = rest.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([Buffer.from([first]), remainingLength(length), ...rest]);
};

/** CONNECT (3.1): a session that is forgotten with the connection, without a will. */
export function connectPacket(options: {
  clientId: string;
  username: string | null;
  password: string | null;
  keepAliveS: number;
}): Buffer {
  const { clientId, username, password, keepAliveS } = options;
  const flags = 0x02 | (username === null ? 0 : 0x80) | (password === null ? 0 : 0x40);
  const fields = [clientId, username, password].filter((field) => field !== null);
  return packet(
    0x10,
    prefixed('MQTT'),
    Buffer.from([4, flags, keepAliveS >> 8, keepAliveS & 0xff]),
    ...fields.map(prefixed),
  );
}

/** PUBLISH (3.3) that asks for an acknowledgement (QoS 1) and is not kept for later readers (no RETAIN). */
export function publishPacket(id: number, topic: string, payload: Buffer): Buffer {
  return packet(0x32, prefixed(topic), Buffer.from([id >> 8, id & 0xff]), payload);
}

export const DISCONNECT = Buffer.from([0xe0, 0]);

/** An answer of the broker's: of whatever kind, with its bytes. */
interface Answer {
  /** 2: CONNACK, 4: PUBACK. */
  type: number;
  body: Buffer;
}

/** The broker's answers in their order. @throws Error where something else than a broker speaks */
export async function* answersOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Answer, void> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 2) {
      const length = bytes[1]!;
      if (length > MAX_ANSWER_BYTES) throw new Error('not a broker’s answer');
      if (bytes.length < 2 + length) break;
      yield { type: bytes[0]! >> 4, body: bytes.subarray(2, 2 + length) };
      bytes = bytes.subarray(2 + length);
    }
  }
}
