/** The directory of personal accounts (Outlook.com). */
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Whether an account's key (`microsoft:<directory>:…`) is a personal account's. */
export const isPersonal = (accountKey: string): boolean => accountKey.includes(`:${PERSONAL}:`);
