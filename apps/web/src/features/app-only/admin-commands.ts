/** A text of PowerShell in which nothing is expanded. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const GROUP = 'Hikyaku mailboxes';

/**
 * What a Microsoft 365 administrator runs so that the relay may send from these mailboxes and no others: Exchange's role-based access for applications, over a group
 * that he can look at and change later. `Application Mail.Send` is the role's name in Exchange.
 */
export function adminCommands(clientId: string, addresses: readonly string[]): string {
  const members = addresses.map(quoted).join(',');
  return [
    'Connect-MgGraph -Scopes Application.Read.All',
    'Connect-ExchangeOnline',
    `$app = Get-MgServicePrincipal -Filter "AppId eq ${quoted(clientId)}"`,
    `New-ServicePrincipal -AppId $app.AppId -ObjectId $app.Id -DisplayName ${quoted('Hikyaku')}`,
    `$group = New-DistributionGroup -Name ${quoted(GROUP)} -Type Security -Members ${members}`,
    `New-ManagementScope -Name ${quoted(GROUP)} -RecipientRestrictionFilter "MemberOfGroup -eq '$($group.DistinguishedName)'"`,
    `New-ManagementRoleAssignment -App $app.Id -Role ${quoted('Application Mail.Send')} -CustomResourceScope ${quoted(GROUP)}`,
    ...addresses.map((address) => `Test-ServicePrincipalAuthorization -Identity $app.Id -Resource ${quoted(address)}`),
  ].join('\n');
}

/** For a further mailbox, later. */
export function furtherCommand(addresses: readonly string[]): string {
  return ['Connect-ExchangeOnline']
    .concat(
      addresses.map((address) => `Add-DistributionGroupMember -Identity ${quoted(GROUP)} -Member ${quoted(address)}`),
    )
    .join('\n');
}

/** So that mails over 3 MB leave whole: as drafts with their files, which is the role to read and write these mailboxes. */
export function largeCommand(clientId: string): string {
  return [
    'Connect-ExchangeOnline',
    `New-ManagementRoleAssignment -App ${quoted(clientId)} -Role ${quoted('Application Mail.ReadWrite')} -CustomResourceScope ${quoted(GROUP)}`,
  ].join('\n');
}

/** The addresses in a text: one a line, or parted by blanks, commas or semicolons; each once. */
export function readAddresses(text: string): string[] {
  const parts = text.split(/[\s,;、，；]+/).filter((part) => /^[^@]+@[^@]+$/.test(part));
  return [...new Set(parts.map((part) => part.toLowerCase()))];
}
