import type { MetadataRoute } from 'next';

/** iPhones tell of alerts only where the dashboard stands on the home screen as an app. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Hikyaku',
    short_name: 'Hikyaku',
    start_url: '/',
    display: 'standalone',
    background_color: '#f6f4ef',
    theme_color: '#f6f4ef',
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  };
}
