import type { FastifyRequest } from 'fastify';

export type PageLanguage = 'ja' | 'en';

/** Japanese where Accept-Language ranks it above English, else English. */
export function languageOf(request: Pick<FastifyRequest, 'headers'>): PageLanguage {
  const ranked = (request.headers['accept-language'] ?? '')
    .split(',')
    .map((item, position) => {
      const [tag = '', ...params] = item.trim().toLowerCase().split(';');
      const quality = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], quality: Number(quality ?? 1), position };
    })
    .filter((item) => item.quality > 0 && (item.language === 'ja' || item.language === 'en'))
    .sort((a, b) => b.quality - a.quality || a.position - b.position);
  return ranked[0]?.language === 'ja' ? 'ja' : 'en';
}
