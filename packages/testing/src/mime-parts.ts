import { spawnSync } from 'node:child_process';

export interface MimePart {
  type: string;
  filename: string | null;
  /** SHA-256 of the decoded bytes, hex; line ends of text, lone CRs among them (D1, D4), count as LF. */
  sha256: string;
  sizeBytes: number;
}

export interface ReadMail {
  headers: [name: string, value: string][];
  parts: MimePart[];
}

/** Python's mail package: a reader that shares no line with ours. */
const READER = `
import sys, json, hashlib, email, email.policy, email.header
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.compat32)
def decoded(value):
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except Exception:
        return str(value)
parts = []
for part in message.walk():
    if part.is_multipart():
        continue
    body = part.get_payload(decode=True) or b''
    if part.get_content_maintype() == 'text' or part.get('content-transfer-encoding', '').strip().lower() not in ('base64', 'quoted-printable'):
        body = body.replace(b'\\r\\n', b'\\n').replace(b'\\r', b'\\n')
    parts.append({'type': part.get_content_type(), 'filename': part.get_filename(), 'sha256': hashlib.sha256(body).hexdigest(), 'sizeBytes': len(body)})
print(json.dumps({'headers': [[name, decoded(value)] for name, value in message.items()], 'parts': parts}))
`;

/** Headers (decoded) and parts of a mail as an independent reader sees them. */
export function readMail(raw: Uint8Array): ReadMail {
  const run = spawnSync('python3', ['-c', READER], { input: raw, maxBuffer: 100_000_000 });
  if (run.status !== 0) throw new Error(`python3 could not read the mail: ${run.stderr}`);
  return JSON.parse(run.stdout.toString()) as ReadMail;
}

/** Values of a header, in order. */
export function headerValues(mail: ReadMail, name: string): string[] {
  return mail.headers.filter(([found]) => found.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}
