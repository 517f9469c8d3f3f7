import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import { ApiProblem } from '../../api/problem.ts';
import { request } from '../../api/request.ts';
import { rememberPasskey } from './known-here.ts';

const BASE = '/api/auth/passkey';

export interface NewPasskey {
  name: string;
  password: string;
}

/** The password first: a wrong one is told before the browser asks for a finger. @throws ApiProblem, the browser's refusals as `passkey.*` */
export async function addPasskey({ name, password }: NewPasskey): Promise<void> {
  await request('POST', `${BASE}/prove`, { password });
  const optionsJSON = await request<PublicKeyCredentialCreationOptionsJSON>('GET', `${BASE}/generate-register-options`);
  const response = await startRegistration({ optionsJSON }).catch(refuse);
  await request('POST', `${BASE}/verify-registration`, { response, name, password });
  rememberPasskey();
}

/** Asks the browser for a passkey and signs in by it. `isOffered`: among what it fills in, until somebody takes it. @throws as above */
export async function enterByPasskey({ isOffered }: { isOffered: boolean }): Promise<void> {
  const asked = await request<PublicKeyCredentialRequestOptionsJSON>('GET', `${BASE}/generate-authenticate-options`);
  const response = await startAuthentication({
    // It stands for both steps: the browser makes sure of its person.
    optionsJSON: { ...asked, userVerification: 'required' },
    useBrowserAutofill: isOffered,
  }).catch(refuse);
  await request('POST', `${BASE}/verify-authentication`, { response });
  rememberPasskey();
}

/** No passkey is offered any more. */
export const stopOffering = (): void => WebAuthnAbortService.cancelCeremony();

/** By the browser's name of what stopped it; whoever closed its window and a time that ran out look the same to it. */
const REFUSALS: Record<string, string> = {
  InvalidStateError: 'passkey.known',
  SecurityError: 'passkey.elsewhere',
};

function refuse(thrown: unknown): never {
  const name = thrown instanceof Error ? thrown.name : '';
  throw new ApiProblem(400, { code: REFUSALS[name] ?? 'passkey.cancelled' });
}
