import { writeFileSync } from 'node:fs';
import type { PictureAnswer, PictureRequest } from './picture-messages.ts';
import { shrinkPicture } from './shrink-picture.ts';

// A process of its own begins here: whatever a stranger's picture does to libvips, it does to nobody else.
try {
  // Where memory gets short the kernel ends this process, not the worker.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not Linux.
}

process.on('message', async ({ bytes, step }: PictureRequest) => {
  const answer: PictureAnswer = await shrinkPicture(bytes, step).then(
    (picture) => ({ picture }),
    () => ({ picture: null }),
  );
  process.send!(answer);
});
process.on('disconnect', () => process.exit());
