import type { PictureRequest } from '../src/pictures/picture-messages.ts';

// In place of the pictures' program: does what a picture's first letter says.
process.on('message', ({ bytes }: PictureRequest) => {
  const [letter] = Buffer.from(bytes).toString();
  if (letter === 'x') process.exit(139);
  if (letter === 'h') for (;;);
  process.send!({ picture: Buffer.from(`smaller, by ${process.pid} ${'KEY' in process.env}`) });
});
