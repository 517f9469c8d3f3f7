import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Complaint } from './complaint.ts';

/** Makes the data folder (0700) and proves that it can be written. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    for (const folder of ['', 'logs', 'run']) await mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 });
    await writeFile(probe, 'x');
    await rm(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Complaint(
      `the data folder ${dataDir} cannot be written (${code}); set HIKYAKU_DATA_DIR to a folder that can`,
    );
  }
}
