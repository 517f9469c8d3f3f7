/** Pieces of which hostile text is made: every byte that a parser here looks at, alone and in the pairs that open something. */
const PIECES = [
  ...[...'\0\t\n\r !"#%&\'()*+,-./:;<=>?@[\\]^_`{|}~a0A'],
  ...['\x1b', '\x80', '\xa0', '\xff', '\x1b$B', '\x1b(B', '\r\n', '\n ', '\r\n\t', '\n\n', '\\"', '"\\', '\\\\'],
  ...['(a', 'a)', '()', '<a@b>', 'a@b,', 'a@b ', 'a@b;', '"a" ', '"a"@b ', 'g:a@b;', 'x@:', '<<', '(((', '@ ', ' @'],
  ...['=?', '=?a?q?', '=?a?b?', '=?utf-8?q?a?=', '=?x?q?=80?= ', '=?utf-8?b?gA==?=\n ', '=?iso-2022-kr?b?gA==?=', '?='],
  ...[
    '=41',
    '=\r\n',
    '; ',
    'a=b;',
    'a="',
    'a*0=b;',
    "a*=utf-8''%",
    '.a',
    'a-',
    'a.',
    '1 ',
    '1:',
    '+',
    'test',
    'e-mail',
  ],
  ...['To:a@b\n', 'To:\x80\n', 'Subject:\x80\n', 'Received:\x80\n', 'X:\x80\n', 'x: =?x?q?=80?=\n', 'no field\n'],
  ...[
    'Content-Type: text/plain;\n charset=x\n',
    'Content-Disposition: a;\n',
    '--a\n',
    'To: "\n',
    'Date: 1\n',
    'テスト',
  ],
];
/** Words of labels that differ each time: no cache helps. */
const counted = (make: (n: number) => string, size: number): string => {
  const parts: string[] = [];
  for (let n = 0, length = 0; length < size; n++) length += parts[parts.push(make(n)) - 1]!.length;
  return parts.join('').slice(0, size);
};
/** Hostile texts of any size, by name. */
export const HOSTILE_TEXTS: [name: string, make: (size: number) => string][] = [
  ...PIECES.map((piece): [string, (size: number) => string] => [
    JSON.stringify(piece),
    (size) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size),
  ]),
  ['x@ and colons', (size) => `x@${':'.repeat(size)}`],
  ['labels that nobody knows', (size) => counted((n) => `=?x${n}?q?=80?= `, size)],
  ['fields that nobody knows', (size) => counted((n) => `X-${n}: =?x${n}?q?=80?=\n`, size)],
  ['parameters', (size) => counted((n) => `a${n}*0*=x${n}'';`, size)],
  ['nested comments', (size) => '('.repeat(size / 2) + ')'.repeat(size / 2)],
  ['one quote at the end', (size) => `${'a '.repeat(size / 2)}"`],
];
