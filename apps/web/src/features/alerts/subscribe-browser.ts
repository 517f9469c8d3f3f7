import type { AlertChannelCreate } from '@hikyaku/contracts';

export type PushSubscriptionBody = Extract<AlertChannelCreate, { kind: 'push' }>['subscription'];

/** What keeps a browser from being told. */
export type PushTrouble = 'insecure' | 'homeScreen' | 'unsupported' | 'denied' | 'failed';

export class PushRefused extends Error {
  readonly trouble: PushTrouble;
  constructor(trouble: PushTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** An iPhone or iPad: newer iPads call themselves Macs. */
const isApplePhone = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

function assertAble(): void {
  if (!window.isSecureContext) throw new PushRefused('insecure');
  if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return;
  throw new PushRefused(isApplePhone() ? 'homeScreen' : 'unsupported');
}

/**
 * This browser's subscription, bound to the relay's key. To be called in answer to a tap: browsers ask their person then, and only then.
 * @throws PushRefused
 */
export async function subscribeBrowser(pushKey: string): Promise<PushSubscriptionBody> {
  assertAble();
  if ((await Notification.requestPermission()) !== 'granted') throw new PushRefused('denied');
  try {
    await navigator.serviceWorker.register('/push-worker.js');
    const { pushManager } = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: pushKey };
    // One that is bound to another key, of an instance before this one, has to go first.
    const subscription = await pushManager.subscribe(wanted).catch(async () => {
      await (await pushManager.getSubscription())?.unsubscribe();
      return pushManager.subscribe(wanted);
    });
    return subscription.toJSON() as PushSubscriptionBody;
  } catch {
    throw new PushRefused('failed');
  }
}
