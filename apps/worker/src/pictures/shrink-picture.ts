import sharp from 'sharp';

/** How small a picture becomes: pixels of its longer side, and JPEG's quality. */
export interface PictureStep {
  side: number;
  quality: number;
}

/** An 8K camera has 33 million pixels. A picture of more, however few bytes it has, is not opened: decoded it would be hundreds of megabytes. */
export const MAX_PIXELS = 40_000_000;

// One picture at a time, in a process of its own: nothing is to be kept, and no core to be won.
sharp.cache(false);
sharp.concurrency(1);
// What cameras and scanners send; each further reader is one more that a stranger's bytes could break.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadTiff', 'VipsForeignLoadWebp'],
});

/**
 * The picture as a JPEG of no more than `side` pixels, with its EXIF (when it was taken, and which side is up). A cut one is read as far as it goes.
 * @throws Error for what is no picture, has too many pixels, or cannot be read
 */
export async function shrinkPicture(bytes: Uint8Array, { side, quality }: PictureStep): Promise<Buffer> {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'none', sequentialRead: true })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .keepExif()
    .jpeg({ quality })
    .toBuffer();
}
