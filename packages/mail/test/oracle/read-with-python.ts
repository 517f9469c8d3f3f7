import { spawn } from 'node:child_process';
import { linesOf, type MailReading, sha256 } from './mail-reading.ts';

interface PythonReading {
  subject: string;
  texts: string[];
  /** `content`: base64. */
  attachments: { name: string; content: string }[];
}

/** One mail a line in, base64; one reading a line out, JSON. */
const SCRIPT = `
import base64, email, email.header, json, sys
def words(value):
    try: return str(email.header.make_header(email.header.decode_header(value)))
    except Exception: return str(value)
def text(part, payload):
    charset = part.get_content_charset() or 'us-ascii'
    try: return payload.decode(charset, 'replace')
    except LookupError: return payload.decode('us-ascii', 'replace')
def read(raw):
    message = email.message_from_bytes(raw)
    subject = message['subject']
    texts, attachments = [], []
    for part in message.walk():
        if part.is_multipart(): continue
        payload = part.get_payload(decode=True) or b''
        name = part.get_filename()
        is_shown = part.get_content_subtype() in ('plain', 'html') or not name
        if part.get_content_maintype() == 'text' and is_shown and part.get_content_disposition() != 'attachment': texts.append(text(part, payload))
        else: attachments.append({'name': words(name) if name else '', 'content': base64.b64encode(payload).decode()})
    return {'subject': '' if subject is None else words(subject).replace('\\r', '').replace('\\n', ''), 'texts': texts, 'attachments': attachments}
for line in sys.stdin:
    try: print(json.dumps(read(base64.b64decode(line))))
    except Exception as error: print(json.dumps({'subject': 'python failed: ' + repr(error), 'texts': [], 'attachments': []}))
`;

/** How Python's email module reads these mails, in their order. */
export async function readWithPython(mails: Buffer[]): Promise<MailReading[]> {
  const python = spawn('python3', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const out: Buffer[] = [];
  python.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    python.once('error', reject);
    python.once('close', resolve);
  });
  python.stdin.end(mails.map((mail) => `${mail.toString('base64')}\n`).join(''));
  const status = await ended;
  const lines = Buffer.concat(out).toString().trim().split('\n');
  if (status !== 0 || lines.length !== mails.length)
    throw new Error(`python3 read ${lines.length} of ${mails.length} mails, status ${status}`);
  return lines.map((line) => {
    const { subject, texts, attachments } = JSON.parse(line) as PythonReading;
    const read = attachments.map(({ name, content }) => ({ name, sha256: sha256(Buffer.from(content, 'base64')) }));
    return { subject, lines: linesOf(texts), attachments: read };
  });
}
