import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Stands where an MQTT broker is: reads as MQTT 3.1.1 says, keeps what is published, answers as it is told. */
export interface MqttBroker {
  port: number;
  connects: { clientId: string; username: string | null; password: string | null }[];
  published: { topic: string; payload: Buffer; qos: number; isRetained: boolean }[];
  /** Code of the next CONNACKs; 0 takes them. */
  connackCode: number;
  /** False: what is published is never acknowledged, and the connection closed. */
  acknowledges: boolean;
  /** Connections that ended with DISCONNECT. */
  goodbyes: number;
  close(): Promise<void>;
}

export async function startMqttBroker(): Promise<MqttBroker> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let taken = take(bytes); taken; taken = take(bytes)) {
        bytes = taken.rest;
        try {
          answer(socket, taken.first, taken.body);
        } catch {
          // No client of MQTT: whoever looked for something else at this port.
          socket.destroy();
          return;
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const broker: MqttBroker = {
    port: (server.address() as AddressInfo).port,
    connects: [],
    published: [],
    connackCode: 0,
    acknowledges: true,
    goodbyes: 0,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };

  const answer = (socket: Socket, first: number, body: Buffer): void => {
    const type = first >> 4;
    if (type === 1) {
      const [protocol, afterName] = readString(body, 0);
      if (protocol !== 'MQTT' || body[afterName] !== 4) return void socket.destroy();
      const flags = body[afterName + 1]!;
      const [clientId, afterId] = readString(body, afterName + 4);
      const [username, afterUser] = flags & 0x80 ? readString(body, afterId) : [null, afterId];
      const [password] = flags & 0x40 ? readString(body, afterUser) : [null];
      broker.connects.push({ clientId, username, password });
      socket.write(Buffer.from([0x20, 2, 0, broker.connackCode]));
      if (broker.connackCode !== 0) socket.end();
    } else if (type === 3) {
      const [topic, afterTopic] = readString(body, 0);
      const id = body.subarray(afterTopic, afterTopic + 2);
      const [qos, isRetained] = [(first >> 1) & 3, (first & 1) === 1];
      broker.published.push({ topic, payload: body.subarray(afterTopic + 2), qos, isRetained });
      if (broker.acknowledges) socket.write(Buffer.concat([Buffer.from([0x40, 2]), id]));
      else socket.destroy();
    } else if (type === 14) {
      broker.goodbyes += 1;
    }
  };
  return broker;
}

function readString(bytes: Buffer, at: number): [string, number] {
  const end = at + 2 + bytes.readUInt16BE(at);
  return [bytes.toString('utf8', at + 2, end), end];
}

/** The first packet of these bytes, once it is whole. */
function take(bytes: Buffer): { first: number; body: Buffer; rest: Buffer } | null {
  let length = 0;
  for (let digits = 0; digits < 4; digits++) {
    const digit = bytes[1 + digits];
    if (digit === undefined) return null;
    length += (digit & 0x7f) * 128 ** digits;
    if (digit & 0x80) continue;
    const start = 2 + digits;
    if (bytes.length < start + length) return null;
    return { first: bytes[0]!, body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
  }
  return null;
}
