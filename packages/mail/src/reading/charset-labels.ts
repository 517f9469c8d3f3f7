/** Labels that TextDecoder does not know, and gb2312, whose real bytes are always of a larger set (M7). */
export const ALIASES: Record<string, string> = {
  cp932: 'shift_jis',
  cswindows31j: 'shift_jis',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  'euc-jp-ms': 'euc-jp',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  ...aliases('euc-kr', 'cp949 ms949 uhc x-windows-949 euckr euc_kr'),
  ...aliases('euc-jp', 'ujis eucjp euc_jp cp51932 eucjpms'),
  ...aliases('shift_jis', 'sjis-win mskanji pck'),
  ...aliases('gb18030', 'cp936 ms936 euc-cn euccn x-euc-cn'),
  ...aliases('big5', 'cp950 ms950 x-windows-950 big5-eten'),
  ...Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`ansi-125${n}`, `windows-125${n}`])),
};

/**
 * The WHATWG's labels. Node throws for any other, which costs 20 µs each: strangers choose labels, and a mail holds thousands. What is not
 * here is a charset that we cannot read, and is right all the same.
 */
const WHATWG = new Set([
  ...words(
    'unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 866 cp866 csibm866 ibm866 koi koi8 koi8-r koi8_r cskoi8r koi8-u ' +
      'koi8-ru macintosh csmacintosh mac x-mac-roman x-mac-cyrillic x-mac-ukrainian windows-874 dos-874 tis-620 ascii us-ascii ' +
      'ansi_x3.4-1968 cp819 ibm819 iso-ir-100 iso-ir-101 iso-ir-109 iso-ir-110 iso-ir-126 iso-ir-127 iso-ir-138 iso-ir-144 iso-ir-148 ' +
      'iso-ir-157 cyrillic arabic greek greek8 hebrew visual logical ecma-114 ecma-118 asmo-708 elot_928 sun_eu_greek csisolatin1 ' +
      'csisolatin2 csisolatin3 csisolatin4 csisolatin5 csisolatin6 csisolatin9 csisolatincyrillic csisolatinarabic csisolatingreek ' +
      'csisolatinhebrew csiso88596e csiso88596i csiso88598e csiso88598i iso-8859-6-e iso-8859-6-i iso-8859-8-e iso-8859-8-i ' +
      'latin1 latin2 latin3 latin4 latin5 latin6 l1 l2 l3 l4 l5 l6 l9 chinese csgb2312 csiso58gb231280 gb_2312 gb_2312-80 iso-ir-58 ' +
      'x-gbk gb18030 big5 big5-hkscs cn-big5 csbig5 x-x-big5 euc-jp cseucpkdfmtjapanese x-euc-jp iso-2022-jp csiso2022jp shift_jis ' +
      'csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ' +
      'ks_c_5601-1989 ksc5601 ksc_5601 windows-949 utf-16 utf-16le utf-16be unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff unicodefffe',
  ),
  ...Array.from({ length: 16 }, (_, n) =>
    words(`iso-8859-${n + 1} iso8859-${n + 1} iso8859${n + 1} iso_8859-${n + 1}`),
  ).flat(),
  ...words(
    'iso_8859-1:1987 iso_8859-2:1987 iso_8859-5:1988 iso_8859-6:1987 iso_8859-7:1987 iso_8859-8:1988 iso_8859-9:1989',
  ),
  ...Array.from({ length: 9 }, (_, n) => words(`windows-125${n} cp125${n} x-cp125${n}`)).flat(),
]);
/** What a device writes that does not know either: its bytes are guessed at. */
const SAYS_NOTHING = new Set(words('x-unknown unknown unknown-8bit x-user-defined 8bit 7bit binary none default null'));
const known = new Map<string, string | null>();

/** TextDecoder's name for a label, or null when it is none that we can read. */
export function canonicalCharset(label: string): string | null {
  if (label.length > 100) return null;
  const asked = label.trim().toLowerCase();
  const name = ALIASES[asked] ?? asked;
  if (!WHATWG.has(name)) return null;
  const charset = known.get(name) ?? lookUp(name);
  known.set(name, charset);
  return charset;
}

/** True for a label that names no charset at all; any other that we cannot read is right, and its text leaves as it came. */
export function saysNothing(label: string): boolean {
  return SAYS_NOTHING.has(label.slice(0, 100).trim().toLowerCase()) || label.trim() === '';
}

function lookUp(name: string): string | null {
  try {
    const { encoding } = new TextDecoder(name);
    return ALIASES[encoding] ?? encoding;
  } catch {
    return null;
  }
}

function words(text: string): string[] {
  return text.split(' ');
}

function aliases(charset: string, labels: string): Record<string, string> {
  return Object.fromEntries(words(labels).map((label) => [label, charset]));
}
