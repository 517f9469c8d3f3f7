/** Reports as such servers write them, made for these tests: nothing of them was ever sent. */
const QUEUE_ID = 'ABCDEFGHJKMNPQRS';
export const MESSAGE_ID = '<camera.20261128.1@nvr.example>';

/** The header of a mail of ours as a server returns it. */
export const RETURNED = `Received: from device by relay.example (Hikyaku)
 with ESMTP id ${QUEUE_ID};
 Sat, 28 Nov 2026 10:00:00 +0000
From: "Gate" <gate@outlook.example>
To: taro@example.jp
Subject: Motion
Message-ID: ${MESSAGE_ID}
`;

const status = (fields: string): string => `Reporting-MTA: dns; mx.example.jp\n\n${fields}\n`;

/** `multipart/report` of a text, a status and the returned header. */
export const report = (
  fields: string,
  more: { text?: string; returned?: string; from?: string } = {},
): string => `From: ${more.from ?? 'Mail Delivery System <MAILER-DAEMON@mx.example.jp>'}
To: gate@outlook.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report.1@mx.example.jp>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

${more.text ?? 'I am sorry to have to inform you that your message could not be delivered.'}

--b1
Content-Type: message/delivery-status

${status(fields)}
--b1
Content-Type: ${more.returned ? 'message/rfc822' : 'text/rfc822-headers'}

${more.returned ?? RETURNED}
--b1--
`;

export const POSTFIX = report(`Final-Recipient: rfc822; taro@example.jp
Original-Recipient: rfc822;Taro@example.jp
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.jp
Diagnostic-Code: smtp; 550 5.1.1 <taro@example.jp>: Recipient address rejected:
    User unknown in local recipient table`);

export const EXCHANGE = report(
  `Final-Recipient: rfc822;taro@example.jp
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup`,
  { from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@outlook.example>' },
);

export const GMAIL = report(
  `Final-Recipient: rfc822; taro@example.jp
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space. 552 5.2.2 https://support.google.example/mail`,
  { from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>' },
);

/** No status part: the words of Yahoo and of qmail before it. */
export const YAHOO = `From: MAILER-DAEMON@yahoo.example
To: gate@outlook.example
Subject: Failure Notice
Message-ID: <report.2@yahoo.example>

Sorry, we were unable to deliver your message to the following address.

<taro@example.jp>:
554: delivery error: dd This user doesn't have a yahoo.example account (taro@example.jp) [0]

--- Below this line is a copy of the message.

${RETURNED}
picture`;

export const EXIM = `From: Mail Delivery System <Mailer-Daemon@host.example>
To: gate@outlook.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  taro@example.jp
    SMTP error from remote mail server after RCPT TO:<taro@example.jp>:
    host mx.example.jp [192.0.2.1]: 550 5.7.1 Message rejected as spam, ask postmaster@example.jp

------ This is a copy of the message, including all the headers. ------

${RETURNED}`;

/** A rule that forwards in line: the report is quoted in a mail of the owner's own. */
export const FORWARDED_IN_LINE = `From: Owner <gate@outlook.example>
To: bounce+abcdefghjkmnpqrs@relay.example
Subject: FW: Undeliverable: Motion
Message-ID: <forward.1@outlook.example>
In-Reply-To: ${MESSAGE_ID}

From: postmaster@outlook.example
Sent: Saturday

Delivery has failed to these recipients or groups:

taro@example.jp
The email address you entered couldn't be found.

Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'
`;

/** A rule that forwards as an attachment. */
export const FORWARDED_WHOLE = `From: Owner <gate@outlook.example>
To: bounce+abcdefghjkmnpqrs@relay.example
Subject: FW: Undeliverable: Motion
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="f1"

--f1
Content-Type: text/plain


--f1
Content-Type: message/rfc822

${POSTFIX}
--f1--
`;

export const DELAYED = report(`Final-Recipient: rfc822; taro@example.jp
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; 451 4.4.1 connect to mx.example.jp: Connection timed out`);

export const DELIVERED = report(`Final-Recipient: rfc822; taro@example.jp
Action: delivered
Status: 2.1.5`);

export const VACATION = `From: Taro <taro@example.jp>
To: gate@outlook.example
Subject: Out of office
Auto-Submitted: auto-replied
In-Reply-To: ${MESSAGE_ID}

I am away until 5.12.2026. In urgent cases write to hanako@example.jp, telephone 555 1234.
`;

export const FORWARD_CODE = `From: Gmail Team <forwarding-noreply@google.com>
To: bounce+abcdefghjkmnpqrs@relay.example
Subject: =?UTF-8?B?${Buffer.from('(#123456789) Gmail の転送の確認 - gate@gmail.example からメールを受信').toString('base64')}?=

gate@gmail.example has requested to automatically forward mail.
`;
