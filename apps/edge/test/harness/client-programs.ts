/** Where a program sends one mail to, and as whom. */
interface Target {
  /** STARTTLS on the one, TLS from the first byte on the other. */
  door: 'submission' | 'smtps';
  port: number;
  username: string;
  password: string;
  subject: string;
}

interface Call {
  command: string;
  args: string[];
  input?: string;
}

const [FROM, TO] = ['camera@example.com', 'owner@example.com'];
/** With a dot at a line's beginning. */
const BODY = 'first\n.dot\nlast\n';

/** Programs that people let send mail, called as their manuals say, for one mail to the owner whose text is `first`, `.dot`, `last`; certificates are not checked. Null: it has no way through that door. */
export const CLIENT_PROGRAMS: Record<string, (to: Target) => Call | null> = {
  msmtp: ({ door, port, username, password, subject }) => ({
    command: 'msmtp',
    args: [
      ...['--host=127.0.0.1', `--port=${port}`, '--auth=on', `--user=${username}`, `--passwordeval=echo ${password}`],
      ...['--tls=on', `--tls-starttls=${door === 'smtps' ? 'off' : 'on'}`, '--tls-certcheck=off', `--from=${FROM}`, TO],
    ],
    input: `Subject: ${subject}\n\n${BODY}`,
  }),
  's-nail': ({ door, port, username, password, subject }) => ({
    command: 's-nail',
    args: [
      ...['-:/', '-Sv15-compat', '-Ssendwait', '-Stls-verify=ignore', '-Ssmtp-auth=login', '-r', FROM, '-s', subject],
      ...[`-Smta=${door === 'smtps' ? 'smtps' : 'smtp'}://${username}:${password}@127.0.0.1:${port}`],
      ...(door === 'smtps' ? [] : ['-Ssmtp-use-starttls']),
      TO,
    ],
    input: BODY,
  }),
  sendemail: ({ door, port, username, password, subject }) =>
    door === 'smtps'
      ? null
      : {
          command: 'perl',
          args: [
            ...[
              '-MIO::Socket::SSL',
              '-e',
              'IO::Socket::SSL::set_defaults(SSL_verify_mode => 0); do "/usr/bin/sendemail"',
              '--',
            ],
            ...['-f', FROM, '-t', TO, '-u', subject, '-s', `127.0.0.1:${port}`, '-xu', username, '-xp', password],
            ...['-o', 'tls=yes', '-o', 'message-content-type=text'],
          ],
          input: BODY,
        },
  PHPMailer: ({ door, port, username, password, subject }) => ({
    command: 'php',
    args: [
      '-r',
      `[, $port, $door, $user, $password, $subject] = $argv;
       require '/usr/share/php/libphp-phpmailer/autoload.php';
       $mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
       $mail->isSMTP();
       [$mail->Host, $mail->Port, $mail->SMTPAuth, $mail->Username, $mail->Password] = ['127.0.0.1', (int) $port, true, $user, $password];
       $mail->SMTPSecure = $door === 'smtps' ? 'ssl' : 'tls';
       $mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]];
       $mail->setFrom('${FROM}');
       $mail->addAddress('${TO}');
       [$mail->Subject, $mail->Body] = [$subject, ${JSON.stringify(BODY)}];
       $mail->send();`,
      ...['--', `${port}`, door, username, password, subject],
    ],
  }),
  'Perl’s Net::SMTP': ({ door, port, username, password, subject }) => ({
    command: 'perl',
    args: [
      '-MNet::SMTP',
      '-e',
      `my ($port, $implicit, $user, $password, $subject) = @ARGV;
       my $smtp = Net::SMTP->new('127.0.0.1', Port => $port, SSL => $implicit, SSL_verify_mode => 0) or die "no greeting: $@";
       $implicit or $smtp->starttls(SSL_verify_mode => 0) or die 'no STARTTLS: ' . $smtp->message;
       $smtp->auth($user, $password) or die 'no login: ' . $smtp->message;
       $smtp->mail('${FROM}') && $smtp->to('${TO}') && $smtp->data("Subject: $subject\\n\\n${BODY.replaceAll('\n', '\\n')}") or die $smtp->message;
       $smtp->quit;`,
      ...[`${port}`, door === 'smtps' ? '1' : '0', username, password, subject],
    ],
  }),
  nodemailer: ({ door, port, username, password, subject }) => ({
    command: process.execPath,
    args: [
      '--input-type=module',
      '-e',
      `import nodemailer from 'nodemailer';
       const [port, door, user, pass, subject] = process.argv.slice(1);
       const transport = nodemailer.createTransport({ host: '127.0.0.1', port: Number(port), secure: door === 'smtps', requireTLS: true, auth: { user, pass }, tls: { rejectUnauthorized: false } });
       await transport.sendMail({ from: '${FROM}', to: '${TO}', subject, text: ${JSON.stringify(BODY)} });`,
      ...[`${port}`, door, username, password, subject],
    ],
  }),
};
