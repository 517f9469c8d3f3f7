/** Services with one address for everybody. */
export interface Origins {
  telegram: string;
  line: string;
  slack: string;
}

export const ORIGINS: Origins = {
  telegram: 'https://api.telegram.org',
  line: 'https://api.line.me',
  slack: 'https://slack.com',
};
