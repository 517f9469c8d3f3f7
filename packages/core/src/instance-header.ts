/**
 * Header of the api's answer about the instance (`/api/v1/instance`), one line of JSON, and of a page's request: what stands before the pages passes it
 * on, so that a page begins as it stays.
 */
export const INSTANCE_HEADER = 'x-hikyaku-instance';
