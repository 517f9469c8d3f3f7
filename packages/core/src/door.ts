/** A listener of the edge. */
export interface Door {
  /** Stable name, kept with each message: `submission`, `alternative`, `smtps`, `smtp25`, `legacy-submission`, `legacy-smtps`. */
  name: DoorName;
  port: number;
  /** `starttls`: plain at first, STARTTLS offered; `implicit`: TLS from the first byte. */
  tls: 'starttls' | 'implicit';
  /** Legacy doors also take TLS 1.0 and 1.1. */
  isLegacy: boolean;
}

export type DoorName = 'submission' | 'alternative' | 'smtps' | 'smtp25' | 'legacy-submission' | 'legacy-smtps';
