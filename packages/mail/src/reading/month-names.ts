/** Three letters, or four where three are of two months. Polish and Russian stand in the case that a date has. */
const NAMES = [
  'jan gen ene oca sty led янв',
  'feb fév fev şub lut úno фев',
  'mar mär mrz mrt bře мар',
  'apr avr abr nis kwi dub апр',
  'may mai mei mag maj kvě май мая',
  'jun juin giu haz cze июн',
  'jul juil lug tem lip июл',
  'aug aoû ago ağu sie srp авг',
  'sep set eyl wrz zář сен',
  'oct okt ott out eki paź říj окт',
  'nov kas lis ноя',
  'dec dez déc dic ara gru дек',
];

const MONTHS = new Map(NAMES.flatMap((names, month) => names.split(' ').map((name) => [name, month])));

/** 0 to 11 for a month as devices write it: its number, also with 月, its name or what is left of that, in a dozen languages; -1 for anything else. */
export function monthOf(written: string): number {
  const digits = /^\d{1,2}/.exec(written)?.[0];
  if (digits) return Number(digits) - 1;
  const name = written.normalize('NFC').toLowerCase();
  return MONTHS.get(name.slice(0, 4)) ?? MONTHS.get(name.slice(0, 3)) ?? -1;
}
