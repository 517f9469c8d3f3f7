import type { Socket } from 'node:net';

/** For the last word to arrive and the client's end to come back: some round trips by satellite. */
const LEAVE_MS = 3000;

/** Ends a socket to whose client all is said. Not a matter of silence: who goes on sending is cut all the same. */
export function cutAfter(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LEAVE_MS);
  socket.once('close', () => clearTimeout(timer));
}
