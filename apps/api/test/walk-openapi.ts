/** One operation of the OpenAPI document. */
export interface Operation {
  method: string;
  /** As in the document, with `{id}`. */
  path: string;
  operationId: string;
  /** What an actor must be allowed; undefined where nobody is asked who he is. */
  permission: string | undefined;
  hasId: boolean;
  hasBody: boolean;
  isWrite: boolean;
  /** Names of query parameters. */
  query: string[];
  /** Fields of the body that hold an id. */
  idFields: string[];
}

interface Schema {
  $ref?: string;
  format?: string;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}
interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        'x-permission'?: string;
        parameters?: { in: string; name: string }[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      }
    >
  >;
  components: { schemas: Record<string, Schema> };
}

/** Every operation that the api says it has: a route that is added is tested without anybody thinking of it. */
export async function walkOpenApi(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operationId: operation.operationId,
      permission: operation['x-permission'],
      hasId: path.includes('{id}'),
      hasBody: operation.requestBody !== undefined,
      isWrite: method !== 'get',
      query: (operation.parameters ?? []).flatMap((parameter) => (parameter.in === 'query' ? [parameter.name] : [])),
      idFields: Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => idFields(document, schema)),
    })),
  );
}

/** Names of the fields that are ids, in an object or in whichever alternative is one. */
function idFields(document: Document, schema: Schema): string[] {
  const isId = (part: Schema): boolean =>
    part.format === 'uuid' || [part.items, ...(part.anyOf ?? [])].some((one) => one && isId(one));
  const resolved = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
  const own = Object.entries(resolved.properties ?? {}).flatMap(([name, part]) => (isId(part) ? [name] : []));
  return [...own, ...(resolved.anyOf ?? []).flatMap((one) => idFields(document, one))];
}

/** A body that passes the shape's check, so that what refuses the request is not the shape. */
export const VALID_BODIES: Record<string, unknown> = {
  connectSmtpMailbox: {
    address: 'gate@example.jp',
    host: 'mail.example.jp',
    port: 587,
    security: 'starttls',
    username: 'gate@example.jp',
    password: 'a password',
  },
  sendMailboxProof: { address: 'alerts@firm.example' },
  connectAppOnly: { address: 'alerts@firm.example', code: 'ABCD-EFGH' },
  makeApiKey: { name: 'Home', scope: 'read', expiresInDays: null },
  addAlertChannel: { kind: 'webhook', name: 'Ours', language: 'en', url: 'https://hooks.example.jp/a' },
  changeAlertChannel: { quietHours: { start: '22:00', end: '07:00', timeZone: 'Asia/Tokyo', exceptLost: true } },
  changeMe: { locale: 'en' },
  claimOperator: { code: 'wrong' },
  changeOperatorTenant: { isSuspended: false },
  changeTenant: { name: 'Renamed' },
  deleteTenant: { name: 'another name' },
  createDevice: { name: 'Gate', mailboxId: '0192f0c0-0000-7000-8000-00000000000a' },
  addSender: { address: 'alerts@example.jp', kind: 'alias' },
  createGroup: { name: 'Second floor' },
  changeGroup: { name: 'Third floor', digestTogether: true },
  replaceDeviceRules: { rules: [] },
  tryDeviceRules: { rules: [] },
  replaceGroupRules: { rules: [] },
  tryGroupRules: { rules: [] },
  changeDevice: { name: 'Renamed' },
  rotateCredential: { keepOldMinutes: 0 },
  chooseContentChannel: { channelId: null },
  confirmRecipients: { allow: [], refuse: [] },
  sendTestMail: {},
  seeProblem: { problem: 'failed', mark: '2026-11-28T20:00:00.000Z' },
  answerArrival: { recipient: 'nobody@example.com', hasArrived: true },
};
