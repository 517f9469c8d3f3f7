/** The devices of an account take turns at its sends, one mail each; a round goes on over claims and over turns. */
export interface DeviceRound {
  /** How many mails each device is ahead of the others, as a claim is told. Null: mail of no device. */
  served: Map<string | null, number>;
  /** Mails were claimed, of these devices. */
  took(deviceIds: (string | null)[]): void;
  /** Those that have had theirs, for the next turn. */
  devices(): (string | null)[];
}

/** Of an account with more devices a round begins anew with each turn. */
const MOST_KEPT = 500;

/**
 * Goes on with a round. Who waits is never more than one mail behind the others but for who has just come: he is next, and begins with them, however many they have had.
 */
export function openDeviceRound(devices: readonly (string | null)[]): DeviceRound {
  let served = new Map(devices.map((device) => [device, 1]));
  return {
    get served() {
      return served;
    },
    took(deviceIds) {
      for (const device of deviceIds) served.set(device, (served.get(device) ?? 0) + 1);
      const most = Math.max(...served.values());
      served = new Map([...served].filter(([, times]) => times === most).map(([device]) => [device, 1]));
    },
    devices: () => (served.size > MOST_KEPT ? [] : [...served.keys()]),
  };
}
