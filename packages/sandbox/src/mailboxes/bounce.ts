import { newId } from '@hikyaku/core';

/** A non-delivery report (RFC 3464), as Exchange and Gmail put it into the sender's inbox. */
export function composeBounce(report: {
  from: string;
  to: string;
  recipient: string;
  messageId: string | null;
  at: number;
}): Buffer {
  const boundary = `report-${newId(report.at)}`;
  const lines = [
    `From: Mail Delivery System <${report.from}>`,
    `To: ${report.to}`,
    'Subject: Undeliverable',
    `Date: ${new Date(report.at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${newId(report.at)}@sandbox.test>`,
    ...(report.messageId ? [`In-Reply-To: ${report.messageId}`] : []),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Your message could not be delivered to ${report.recipient}: the address was not found.`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; sandbox.test',
    '',
    `Final-Recipient: rfc822; ${report.recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
