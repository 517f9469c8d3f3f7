/**
 * The service worker: it shows what the relay tells this browser, and opens the dashboard. It keeps nothing, and no page goes through it. Plain text, as a browser runs it by itself, outside the
 * bundle.
 */
const WORKER = `'use strict';
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('push', (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {}
  const title = told.title || 'Hikyaku';
  const options = { body: told.body || '', tag: told.id, icon: '/icon.svg', data: { url: told.url || '/alerts' } };
  event.waitUntil(self.registration.showNotification(title, options));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
`;

export const dynamic = 'force-static';

export function GET(): Response {
  return new Response(WORKER, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
}
