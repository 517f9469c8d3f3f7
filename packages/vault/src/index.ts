export type { CertificatePair } from './certificates/self-signed.ts';
export { createSelfSigned } from './certificates/self-signed.ts';
export { createSigningRequest } from './certificates/signing-request.ts';
export type { KeyKind } from './certificates/x509-parts.ts';
export type { ContentOpener } from './content-opener.ts';
export { openContentOpener } from './content-opener.ts';
export type { ContentSealer } from './content-sealer.ts';
export { openContentSealer } from './content-sealer.ts';
export type { FileBox } from './file-box.ts';
export { openFileBox } from './file-box.ts';
export type { KeyRow } from './instance-key.ts';
export { createInstanceKey, resealInstanceKey } from './instance-key.ts';
export type { KeyPurpose } from './master-key.ts';
export {
  deriveJournalKey,
  deriveKek,
  deriveSnapshotKey,
  edgeKeysOf,
  parseEdgeKeys,
  parseMasterKeys,
} from './master-key.ts';
export type { InstanceKeys } from './open-instance-keys.ts';
export { openInstanceKeys } from './open-instance-keys.ts';
export type { PasswordDigester } from './password-digester.ts';
export { openPasswordDigester } from './password-digester.ts';
export { openPushSigner, type PushSigner } from './push-signer.ts';
export type { SealedEnvelope } from './sealed-content-key.ts';
export type { TokenBox } from './token-box.ts';
export { openTokenBox } from './token-box.ts';
