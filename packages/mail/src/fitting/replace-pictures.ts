import type { BodyPlan } from '../parts/body-plan.ts';
import { repairBody } from '../parts/repair-body.ts';
import { parseParams } from '../reading/header-params.ts';
import { type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { formatAsIs } from '../writing/field-format.ts';
import { newParamLine } from '../writing/param-line.ts';
import type { MailOutline } from './mail-outline.ts';
import { counted, openMail, type WholeMail } from './walk-mail.ts';

/** The mail with other pictures in some places: JPEGs, by the numbers of the parts that they stand for. All else is as it was. Goes through it once, for its size. */
export function replacePictures(
  mail: WholeMail,
  { head, parts }: Pick<MailOutline, 'head' | 'parts'>,
  pictures: ReadonlyMap<number, Buffer>,
): Promise<WholeMail> {
  const plan: BodyPlan = { root: head.root, parts: {} };
  for (const { index, header } of parts) {
    if (pictures.has(index)) plan.parts[index] = { header: pictureHeader(header), transform: 'keep' };
  }
  const rootHeader = plan.parts[0]?.header;
  return counted(async function* () {
    const { header, body } = await openMail(mail);
    yield rootHeader ? Buffer.from(rootHeader, 'latin1') : header.bytes;
    yield* repairBody(body, plan, pictures);
  });
}

/** A part's fields for a JPEG in place of the picture that was there. */
export function pictureHeader(header: ScannedHeader): string {
  const lines = header.fields.map((field) => {
    switch (field.name) {
      case 'content-type':
        return newParamLine('Content-Type', { value: 'image/jpeg', params: asJpeg(unfold(field)) });
      case 'content-disposition': {
        const { value } = parseParams(unfold(field));
        return newParamLine('Content-Disposition', { value, params: asJpeg(unfold(field)) });
      }
      case 'content-transfer-encoding':
        return 'Content-Transfer-Encoding: base64\r\n';
      // Of the picture that it was.
      case 'content-md5':
      case 'content-length':
        return '';
      default:
        return formatAsIs(field);
    }
  });
  return `${lines.join('')}\r\n`;
}

const asJpeg = (written: string) =>
  parseParams(written)
    .params.filter(({ name }) => name !== 'size')
    .map(({ name, value }) => ({ name, value: name === 'name' || name === 'filename' ? jpegName(value) : value }));

function jpegName(name: string): string {
  return /\.jpe?g$/i.test(name) ? name : `${name.replace(/\.(?:png|bmp|tiff?|webp)$/i, '')}.jpg`;
}
