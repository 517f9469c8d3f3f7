/** A mail has three parts, one with every picture of a day a hundred; each may need a header of its own in memory. */
export const MAX_PARTS = 500;
/** Multiparts in each other: a signed answer with pictures has four. */
export const MAX_DEPTH = 8;
/** Bytes of a part's header; what follows is content. A device's has 200. */
export const MAX_HEADER = 8 * 1024;
/** An unfinished line that is longer is no delimiter (RFC 2046: 70 characters). */
export const MAX_WAITING = 1200;
/** RFC 2046: 70 characters; a line of a header holds so many. */
export const MAX_BOUNDARY = 900;
/** One that nobody declared. */
export const MAX_FOUND = 200;
