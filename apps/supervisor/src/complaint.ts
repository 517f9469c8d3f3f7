/** A reason not to start, in one line for the person at the terminal. */
export class Complaint extends Error {}
