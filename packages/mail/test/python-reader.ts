import { spawnSync } from 'node:child_process';

export interface PythonPart {
  type: string;
  filename: string | null;
  /** Base64 of the decoded bytes. */
  payload: string;
}

export interface PythonReading {
  /** Lower-case name and unfolded value, in order. */
  headers: [string, string][];
  /** Addresses of From, Reply-To, To, Cc and Bcc by lower-case name. */
  addresses: Record<string, string[]>;
  fromName: string;
  subject: string | null;
  /** Seconds since the epoch, or null when Python cannot read it. */
  date: number | null;
  parts: PythonPart[];
}

const SCRIPT = `
import base64, email, email.header, email.utils, json, sys
def words(value):
    return str(email.header.make_header(email.header.decode_header(value)))
def read(raw):
    message = email.message_from_bytes(raw)
    def addresses(name):
        return [address for _, address in email.utils.getaddresses(message.get_all(name, []))]
    subject = message['subject']
    try: date = email.utils.parsedate_to_datetime(message['date']).timestamp()
    except Exception: date = None
    return {
        'headers': [[name.lower(), str(value).replace('\\r\\n', '').replace('\\n', '').strip(' \\t')] for name, value in message.items()],
        'addresses': {name: addresses(name) for name in ('from', 'reply-to', 'to', 'cc', 'bcc')},
        'fromName': words(email.utils.parseaddr(str(message['from'] or ''))[0]),
        'subject': None if subject is None else words(subject),
        'date': date,
        'parts': [{
            'type': part.get_content_type(),
            'filename': part.get_filename(),
            'payload': base64.b64encode(part.get_payload(decode=True) or b'').decode(),
        } for part in message.walk() if not part.is_multipart()],
    }
print(json.dumps([read(base64.b64decode(mail)) for mail in json.load(sys.stdin)]))
`;

/** How Python's email module, another hand's parser, reads these mails. */
export function readWithPython(mails: Buffer[]): PythonReading[] {
  const input = JSON.stringify(mails.map((content) => content.toString('base64')));
  const run = spawnSync('python3', ['-c', SCRIPT], { input, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`python3 is needed for this test: ${run.error?.message ?? run.stderr}`);
  return JSON.parse(run.stdout) as PythonReading[];
}
