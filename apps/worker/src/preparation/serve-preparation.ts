import type { MessagePort } from 'node:worker_threads';
import { RelayError } from '@hikyaku/core';
import { createMailSurvey, decideMail, type MailFacts, type PreparedMail } from '@hikyaku/mail';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.ts';

/** A mail being read: the thread's side of the port behind which the work is done. */
export interface MailReading {
  push(chunk: Uint8Array): void;
  end(): PreparedMail;
}

/** Reads a mail as packages/mail does. */
export function beginReading(facts: MailFacts): MailReading {
  const survey = createMailSurvey(facts.charset);
  return { push: survey.push, end: () => decideMail(survey.end(), facts) };
}

/** Answers requests of the pool, one mail after the other. `begin` is the work itself. */
export function servePreparation(port: MessagePort, begin: (facts: MailFacts) => MailReading): void {
  let reading: MailReading | undefined;
  const answerTo = (request: ThreadRequest): DistributiveOmit<ThreadAnswer, 'cpuMs'> => {
    try {
      if (request.facts) reading = begin(request.facts);
      for (const chunk of request.chunks) reading!.push(chunk);
      return request.isEnd ? { kind: 'prepared', prepared: reading!.end() } : { kind: 'more' };
    } catch (error) {
      if (error instanceof RelayError) return { kind: 'refused', code: error.code, internal: error.internal };
      const { name, stack = '' } = error instanceof Error ? error : new Error();
      return {
        kind: 'broke',
        name,
        where: stack
          .split('\n')
          .filter((line) => line.startsWith('    at '))
          .slice(0, 4)
          .join('\n'),
      };
    } finally {
      if (request.isEnd) reading = undefined;
    }
  };
  const answer = (what: DistributiveOmit<ThreadAnswer, 'cpuMs'>): void => {
    const { user, system } = process.threadCpuUsage();
    port.postMessage({ ...what, cpuMs: (user + system) / 1000 });
  };
  port.on('message', (request: ThreadRequest) => answer(answerTo(request)));
  answer({ kind: 'ready' });
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
