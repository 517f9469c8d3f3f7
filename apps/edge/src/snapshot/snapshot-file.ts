import { mkdirSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileLock, lockFile } from '@hikyaku/core';
import type { EdgeKeyRow, PolicyRows } from '@hikyaku/db';
import { type FileBox, openFileBox } from '@hikyaku/vault';

/** Everything the edge needs to take mail while Postgres is away. */
export interface SavedSnapshot {
  /** When Postgres last confirmed it, milliseconds. */
  refreshedAt: number;
  rows: PolicyRows;
  keys: EdgeKeyRow[];
}

const VERSION = 1;
/** What a file of an earlier release does not have of a device: it must open the doors after an upgrade too. */
const BEFORE = {
  recipientDomains: [],
  unconfirmedRecipients: [],
  refusedRecipients: [],
  popBeforeSmtp: false,
  allowedAddresses: [],
  groupId: null,
  quietHours: null,
  rules: [],
};

/** One sealed file, replaced as a whole. `keys`: the first seals, each may open (a master key was rotated). */
export class SnapshotFile {
  #path: string;
  #boxes: FileBox[];
  #lock: FileLock | null = null;

  constructor(path: string, keys: Buffer[]) {
    this.#path = path;
    this.#boxes = keys.map(openFileBox);
  }

  /** Null when there is none. @throws RelayError `vault.key_wrong` when no key opens it, or it is damaged */
  async load(): Promise<SavedSnapshot | null> {
    const sealed = await readFile(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (!sealed) return null;
    const saved = JSON.parse(this.#open(sealed).toString('utf8')) as SavedFile;
    if (saved.version !== VERSION) return null;
    return {
      refreshedAt: saved.refreshedAt,
      rows: {
        ...{ groups: [] as PolicyRows['groups'] },
        ...saved.rows,
        devices: saved.rows.devices.map((row) => ({ ...BEFORE, ...row })),
      },
      keys: saved.keys.map((key) => ({
        ...key,
        publicKey: key.publicKey === null ? null : Buffer.from(key.publicKey, 'base64'),
        sealed: Buffer.from(key.sealed, 'base64'),
        retiredAt: key.retiredAt === null ? null : new Date(key.retiredAt),
      })),
    };
  }

  /** True when this process is the one that writes it; it stays so until `release`. Another one may take it over then. */
  claim(): boolean {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#lock ??= lockFile(`${this.#path}.lock`);
    return this.#lock !== null;
  }

  release(): void {
    this.#lock?.release();
    this.#lock = null;
  }

  /** Only who has claimed it may call this. */
  async save(snapshot: SavedSnapshot): Promise<void> {
    const saved: SavedFile = {
      version: VERSION,
      refreshedAt: snapshot.refreshedAt,
      rows: snapshot.rows,
      keys: snapshot.keys.map((key) => ({
        ...key,
        publicKey: key.publicKey?.toString('base64') ?? null,
        sealed: key.sealed.toString('base64'),
        retiredAt: key.retiredAt?.getTime() ?? null,
      })),
    };
    const sealed = this.#boxes[0]!.seal(Buffer.from(JSON.stringify(saved)));
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(sealed);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }

  #open(sealed: Buffer): Buffer {
    for (const box of this.#boxes.slice(0, -1)) {
      try {
        return box.open(sealed);
      } catch {
        // The next key may be the one it was sealed with.
      }
    }
    return this.#boxes.at(-1)!.open(sealed);
  }
}

interface SavedFile {
  version: number;
  refreshedAt: number;
  rows: PolicyRows;
  keys: {
    id: string;
    purpose: EdgeKeyRow['purpose'];
    publicKey: string | null;
    sealed: string;
    retiredAt: number | null;
  }[];
}
