/** A label without what spellings differ in: `ISO_8859-1:1987`, `8859_1` and `iso88591` are told apart from others by letters and digits alone. */
const squeeze = (label: string): string => label.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Charsets by TextDecoder's names, and beside them the ones that it lacks (`decode-charset.ts`). Labels of the WHATWG, IANA, Java, Microsoft and
 * others, squeezed. gb2312 and GBK are called by the larger set whose bytes their devices really write (M7).
 */
const LABELS: Record<string, string> = {
  'utf-8': 'utf8 utf unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 utf8n utf8bom cp65001 65001',
  ibm866: '866 cp866 csibm866 ibm866 dos866 oem866',
  'koi8-r': 'koi koi8 koi8r cskoi8r cp20866 20866',
  'koi8-u': 'koi8u koi8ru cp21866 21866',
  macintosh: 'macintosh csmacintosh mac xmacroman macroman cp10000',
  'x-mac-cyrillic': 'xmaccyrillic xmacukrainian xmacukraine maccyrillic macukraine cp10007',
  'windows-874': 'windows874 dos874 cp874 ms874 xwindows874 tis620 tis6202533 iso885911 iso8859112001 cp1162',
  'windows-1252':
    'ascii usascii ansix341968 iso646us iso646irv 646 cp20127 20127 latin1 l1 cp819 ibm819 isoir100 csisolatin1 iso885911987 cp28591 28591',
  'iso-8859-2': 'latin2 l2 isoir101 csisolatin2 iso885921987 cp28592 28592',
  'iso-8859-3': 'latin3 l3 isoir109 csisolatin3 iso885931988 cp28593 28593',
  'iso-8859-4': 'latin4 l4 isoir110 csisolatin4 iso885941988 cp28594 28594',
  'iso-8859-5': 'cyrillic isoir144 csisolatincyrillic iso885951988 cp28595 28595',
  'iso-8859-6':
    'arabic asmo708 ecma114 isoir127 csisolatinarabic csiso88596e csiso88596i iso88596e iso88596i iso885961987 cp28596 28596',
  'iso-8859-7': 'greek greek8 ecma118 elot928 isoir126 suneugreek csisolatingreek iso885971987 cp28597 28597',
  'iso-8859-8': 'hebrew visual isoir138 csisolatinhebrew csiso88598e iso88598e iso885981988 cp28598 28598',
  'iso-8859-8-i': 'logical csiso88598i iso88598i cp38598 38598',
  'windows-1254': 'iso88599 latin5 l5 isoir148 csisolatin5 iso885991989 cp28599 28599',
  'iso-8859-10': 'latin6 l6 isoir157 csisolatin6',
  'iso-8859-13': 'latin7 l7 cp28603 28603',
  'iso-8859-14': 'latin8 l8',
  'iso-8859-15': 'latin9 latin0 l9 csisolatin9 cp28605 28605',
  'iso-8859-16': 'latin10 l10',
  gb18030:
    'gb18030 gb180302000 gb180302005 cp54936 54936 gb2312 csgb2312 gb231280 csiso58gb231280 isoir58 chinese gbk xgbk cp936 936 ms936 windows936 xmswin936 ' +
    'cngb cp20936 euccn xeuccn cp51936 cp1383 cp1386 ibm1383 ibm1386 xibm1383 xibm1386',
  big5: 'big5 chinesebig5 csbig5 cnbig5 xxbig5 big5hkscs big5hkscs2004 ms950hkscs cp950 950 ms950 windows950 xwindows950 big5eten cp1370 ibm1370',
  'euc-jp':
    'eucjp xeuc xeucjp cseucpkdfmtjapanese ujis eucjpms eucjpwin eucjpopen cp51932 51932 cp20932 20932 eucjisx0213 eucjis2004',
  'iso-2022-jp':
    'iso2022jp csiso2022jp iso2022jpms iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 csiso2022jp2 jis jis7 jis8 cp50220 cp50221 cp50222 50220 50221 50222',
  shift_jis:
    'shiftjis csshiftjis sjis xsjis ms932 mskanji windows31j cswindows31j xmswin932 windows932 cp932 932 sjiswin pck cp943 cp943c ibm943 ' +
    'ibm943c shiftjisx0213 shiftjis2004 sjis0213 xsjis0213 xmacjapanese',
  'euc-kr':
    'euckr cseuckr csksc56011987 isoir149 korean ksc56011987 ksc56011989 ksc5601 ksx1001 windows949 xwindows949 cp949 949 ms949 uhc cp51949 51949 cp970 ibm949 ' +
    'ibm970 wansung',
  'utf-16le': 'utf16 utf16le unicode ucs2 iso10646ucs2 csunicode unicodefeff cp1200 1200 xutf16le',
  'utf-16be': 'utf16be unicodefffe cp1201 1201',
  'utf-7': 'utf7 unicode11utf7 csunicode11utf7 unicode20utf7 xunicode20utf7 cp65000 65000',
  'iso-2022-kr': 'iso2022kr csiso2022kr cp50225 50225',
  'hz-gb-2312': 'hzgb2312 hz hzgb cp52936 52936',
};

/** DOS code pages and those of other vendors that iconv-lite knows. */
const CODE_PAGES =
  '437 720 737 775 808 850 852 855 856 857 858 860 861 862 863 864 865 869 922 1046 1124 1125 1129 1133 1161 1163';
const WINDOWS_LABELS = 'windows# cp# xcp# ansi# ms# mswin# win# ibm# #';
const CODE_PAGE_LABELS = 'cp# ibm# xibm# dos# xdos# oem# pc# cp00# ibm00# ccsid00# csibm# #';
const OTHERS: Record<string, string> = {
  cp437: 'cspc8codepage437',
  cp850: 'cspc850multilingual',
  cp852: 'cspcp852',
  cp862: 'cspc862latinhebrew',
  cp858: 'pcmultilingual850euro',
  maccenteuro: 'xmacce macce xmaccentraleurope maccentraleurope cp10029',
  maccroatian: 'xmaccroatian cp10082',
  macgreek: 'xmacgreek cp10006',
  maciceland: 'xmaciceland xmacicelandic cp10079',
  macromania: 'xmacromania xmacromanian cp10010',
  macthai: 'xmacthai cp10021',
  macturkish: 'xmacturkish cp10081',
  'koi8-t': 'koi8t',
  armscii8: 'armscii8',
  viscii: 'viscii csviscii',
  tcvn: 'tcvn tcvn5712 tcvn57121',
  pt154: 'pt154 csptcp154 ptcp154 cp154 cyrillicasian',
  rk1048: 'rk1048 csrk1048 kz1048 strk10482002',
  hproman8: 'hproman8 cshproman8 roman8 r8',
};

/** What a device writes that does not know either: its bytes are guessed at. Ruby's `ASCII-8BIT`, Windows' `ANSI`, Outlook's `_autodetect_all`, a `%s` that nobody filled in; `Japanese` is two of them. */
const SAYS_NOTHING = new Set(
  words(
    'xunknown unknown unknown8bit xuserdefined 8bit 7bit binary none default null undefined ansi ascii8bit auto autodetect autodetectall s charset japanese',
  ),
);
const ASCII = new Set(words('ascii usascii ansix341968 iso646us iso646irv 646 cp20127 20127'));

/** The WHATWG reads these by a larger one; there is no part 12. */
const LATIN: Record<number, string> = { 1: 'windows-1252', 9: 'windows-1254', 11: 'windows-874' };

/** Charset by squeezed label. A charset that is not here is one that we cannot read, and is right all the same. */
const CHARSETS = new Map<string, string>([
  ...Object.entries({ ...LABELS, ...OTHERS }).flatMap(([charset, labels]) => rows(charset, labels)),
  ...words(CODE_PAGES).flatMap((page) => rows(`cp${page}`, CODE_PAGE_LABELS.replaceAll('#', page))),
  ...range(0, 8).flatMap((n) => rows(`windows-125${n}`, WINDOWS_LABELS.replaceAll('#', `125${n}`))),
  ...range(1, 16).flatMap((n) => (n === 12 ? [] : rows(LATIN[n] ?? `iso-8859-${n}`, `iso8859${n} 8859${n}`))),
]);

/** Our name for a label's charset (TextDecoder's, where it has one), or null when it is none that we can read. */
export function canonicalCharset(label: string): string | null {
  return label.length > 100 ? null : (CHARSETS.get(squeeze(label)) ?? null);
}

/** True for a label that names no charset at all; any other that we cannot read is right, and its text leaves as it came. */
export function saysNothing(label: string): boolean {
  const squeezed = squeeze(label.slice(0, 100));
  return squeezed === '' || SAYS_NOTHING.has(squeezed);
}

/** True for labels of plain ASCII: TextDecoder takes them for windows-1252, which takes anything. */
export function isAsciiLabel(label: string): boolean {
  return ASCII.has(squeeze(label.slice(0, 100)));
}

function words(text: string): string[] {
  return text.split(' ');
}

function rows(charset: string, labels: string): [string, string][] {
  return [squeeze(charset), ...words(labels)].map((label) => [label, charset]);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
