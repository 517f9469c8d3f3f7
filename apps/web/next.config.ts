import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

const withNextIntl = createNextIntlPlugin({
  requestConfig: './src/i18n/request.ts',
  experimental: {
    // Messages are compiled at build time: the browser gets no ICU parser (12 KB gzipped less).
    messages: { path: './messages', format: 'json', locales: ['en', 'ja'], precompile: true },
  },
});

const config: NextConfig = {
  poweredByHeader: false,
  // An image has what the server needs in one folder.
  output: process.env.NEXT_OUTPUT === 'standalone' ? 'standalone' : undefined,
  reactStrictMode: true,
  // `npm test` checks them (part `types`); whoever starts the relay need not wait for it.
  typescript: { ignoreBuildErrors: true },
  transpilePackages: ['@hikyaku/ui', '@hikyaku/contracts', '@hikyaku/devices'],
  experimental: { optimizePackageImports: ['@hikyaku/ui', '@hikyaku/contracts'] },
  // Behind the front there is one proxy hop; compressing is done here, once.
  compress: true,
};

export default withNextIntl(config);
