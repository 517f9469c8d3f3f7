import { open, rename } from 'node:fs/promises';

/** Replaces a file as a whole (0600): whoever reads it meanwhile gets the old one or the new one. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
