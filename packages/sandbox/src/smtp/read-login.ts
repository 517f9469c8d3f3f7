import type { SandboxContext } from '../context.ts';
import { loginByPassword, loginByToken, type SmtpLogin } from './services.ts';

const CANCELLED = '501 5.7.0 Authentication cancelled';

/** `AUTH …`: who signed in, or the reply that refuses him; null when the client is gone. */
export async function readLogin(
  context: SandboxContext,
  rest: string,
  client: { say(text: string): void; line(): Promise<string | undefined> },
): Promise<SmtpLogin | string | null> {
  const [method = '', initial] = rest.split(' ');
  const ask = async (prompt: string): Promise<string | undefined> => {
    client.say(`334 ${prompt}`);
    return client.line();
  };
  switch (method.toUpperCase()) {
    case 'XOAUTH2': {
      const given = initial || (await ask(''));
      if (given === undefined) return null;
      const fields = decode(given).split('\u0001');
      const fieldOf = (name: string): string =>
        fields.find((field) => field.startsWith(name))?.slice(name.length) ?? '';
      return loginByToken(context, fieldOf('user='), fieldOf('auth=Bearer '));
    }
    case 'PLAIN': {
      const given = initial || (await ask(''));
      if (given === undefined) return null;
      const [, user = '', password = ''] = decode(given).split('\0');
      return loginByPassword(context, user, password);
    }
    case 'LOGIN': {
      const user = initial || (await ask('VXNlcm5hbWU6'));
      if (user === undefined) return null;
      if (user === '*') return CANCELLED;
      const password = await ask('UGFzc3dvcmQ6');
      if (password === undefined) return null;
      return loginByPassword(context, decode(user), decode(password));
    }
    default:
      return '504 5.7.4 Unrecognized authentication type';
  }
}

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
