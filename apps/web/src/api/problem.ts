import type { Problem } from '@hikyaku/contracts';

/** An answer of the api that is not a success; `code` is a row of the error registry, or `network`. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.title ?? `HTTP ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = problem.code ?? codeOfStatus(status);
    this.fields = problem.fields ?? {};
  }
}

function codeOfStatus(status: number): string {
  if (status === 0) return 'api.unreachable';
  if (status === 401) return 'api.unauthenticated';
  if (status === 403) return 'api.forbidden';
  if (status === 404) return 'api.not_found';
  if (status === 429) return 'api.rate_limited';
  if (status >= 502 && status <= 504) return 'api.unreachable';
  return 'bug.unknown';
}

/** The code of anything thrown by a request. */
export function problemCode(thrown: unknown): string {
  return thrown instanceof ApiProblem ? thrown.code : 'bug.unknown';
}
