import { pieceName } from './slice-pieces.ts';

/** What a person reads in each of the mails that one became; nobody knows in which language. `cut`: names of files that are in several of them. Lines end in CRLF. */
export function sliceNote({ number, of }: { number: number; of: number }, cut: readonly string[]): string {
  const joining = cut.map((name) => {
    const [first, second] = [pieceName(name, 1), pieceName(name, 2)];
    return [
      '',
      `「${name}」は大きいため分割しました。「${first}」から始まるファイルをすべて同じフォルダーに保存し、番号の順につなげると元に戻ります。`,
      `"${name}" was cut. Save all its pieces ("${first}" and so on) in one folder and join them in their order:`,
      `  Windows: copy /b "${first}"+"${second}" "${name}"`,
      `  macOS, Linux: cat "${name}".??? > "${name}"`,
    ];
  });
  return [
    `このメールは1通で送るには大きすぎたため、${of}通に分けて届きます。これは${number}通目です。`,
    `This mail was too large to leave in one piece and comes in ${of} parts. This is part ${number}.`,
    ...joining.flat(),
    '',
  ].join('\r\n');
}
