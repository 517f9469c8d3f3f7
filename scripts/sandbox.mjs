// npm run sandbox: the stand-ins for Microsoft and Google alone, for whoever tests a mail relay (docs/sandbox.md). Refused where the relay is reachable from outside, as ever.
process.env.HIKYAKU_SANDBOX ??= 'on';
const { SANDBOX_CLIENTS } = await import('../packages/core/src/index.ts');
await import('../packages/sandbox/src/main.ts');
for (const [provider, { clientId, clientSecret }] of Object.entries(SANDBOX_CLIENTS)) {
  console.log(`${provider.padEnd(9)} client id ${clientId}, secret ${clientSecret}`);
}
console.log(`smtp      127.0.0.1:${process.env.HIKYAKU_SANDBOX_SMTP_PORT ?? 3025}, without TLS`);
console.log('Ctrl-C stops it; docs/sandbox.md says what it answers, and how to make it fail.');
