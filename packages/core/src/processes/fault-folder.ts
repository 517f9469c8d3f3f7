import { readFileSync, unlinkSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { armFaultPoints } from './fault-point.ts';

/** A test waits for its file to go. */
const LOOK_EVERY_MS = 20;

/**
 * Obeys the setting FAULT_POINTS. Text of points arms this process for its whole life, and every later life. An absolute path is a folder: a file in it named as
 * the process arms what it says, at any time, in place of what was armed, and is removed; so the life after a kill is not armed again.
 * @throws Error when the text cannot be read
 */
export function obeyFaultPoints(setting: string, processName: string): void {
  if (!isAbsolute(setting)) {
    armFaultPoints(setting);
    return;
  }
  const file = join(setting, processName);
  lookFor(file);
  setInterval(lookFor, LOOK_EVERY_MS, file).unref();
}

function lookFor(file: string): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  armFaultPoints(text.trim());
  unlinkSync(file);
}
