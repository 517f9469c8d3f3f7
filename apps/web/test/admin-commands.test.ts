import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminCommands, furtherCommand, largeCommand, readAddresses } from '../src/features/app-only/admin-commands.ts';

test('the administrator’s commands name the relay and every mailbox, and give nothing in Entra', () => {
  const text = adminCommands('5a4d0b0c-0000-4000-8000-00000000d0c5', ['alerts@firm.example', 'gate@firm.example']);
  assert.match(text, /Get-MgServicePrincipal -Filter "AppId eq '5a4d0b0c-0000-4000-8000-00000000d0c5'"/);
  assert.match(text, /-Members 'alerts@firm\.example','gate@firm\.example'$/m);
  assert.match(
    text,
    /^New-ManagementRoleAssignment -App \$app\.Id -Role 'Application Mail\.Send' -CustomResourceScope /m,
  );
  assert.equal(text.match(/^Test-ServicePrincipalAuthorization /gm)?.length, 2);
  assert.doesNotMatch(text, /AppRoleAssignment -|Grant/);
  assert.match(furtherCommand(['late@firm.example']), /-Identity 'Hikyaku mailboxes' -Member 'late@firm\.example'$/);
});

test('the role that large mails need is given over the same mailboxes, by a command of its own', () => {
  assert.match(
    largeCommand('id'),
    /-App 'id' -Role 'Application Mail\.ReadWrite' -CustomResourceScope 'Hikyaku mailboxes'$/,
  );
  assert.doesNotMatch(adminCommands('id', ['a@firm.example']), /ReadWrite/);
});

test('what somebody typed as an address is text for PowerShell and nothing else', () => {
  const typed = "o'brien$(Remove-Item).`x;@firm.example";
  const [address] = readAddresses(typed.replace(';', ''));
  assert.equal(address, "o'brien$(remove-item).`x@firm.example");
  const text = adminCommands('id', [address!]);
  // Between single quotes PowerShell expands nothing, and a quote is written twice.
  assert.match(text, /'o''brien\$\(remove-item\)\.`x@firm\.example'$/m);
});

test('addresses are read one a line or parted by what people type, each once', () => {
  assert.deepEqual(readAddresses('a@b.example\nA@B.example; c@d.example、e@f.example  nobody'), [
    'a@b.example',
    'c@d.example',
    'e@f.example',
  ]);
});
