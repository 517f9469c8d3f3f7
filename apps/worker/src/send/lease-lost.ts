/** The claim is not ours any more: nothing may be sent, nothing is to be written. Never leaves the worker. */
export class LeaseLost extends Error {
  constructor() {
    super('the claim is not ours any more');
    this.name = 'LeaseLost';
  }
}
