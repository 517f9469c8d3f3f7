/** What the operator has to change, by the code of a certificate's trouble. */
export const CERTIFICATE_WORDS: Partial<Record<string, { ja: string; en: string }>> = {
  'certificate.name_unknown': {
    ja: 'この名前の IP アドレスが DNS に見つかりません。A レコードを登録してください。',
    en: 'The DNS has no address for this name. Make an A record for it.',
  },
  'certificate.unreachable': {
    ja: '認証局がこの名前のポート 80 に接続できません。ファイアウォールとルーターで、ポート 80 を HIKYAKU_WEB_PORT に通してください。届かない AAAA レコードも原因になります。',
    en: 'The authority cannot connect to port 80 of this name. Let port 80 through to HIKYAKU_WEB_PORT, in the firewall and at the router. An AAAA record that leads nowhere is a cause, too.',
  },
  'certificate.other_server': {
    ja: 'この名前のポート 80 では別のサーバーが応答しています。/.well-known/acme-challenge/ への要求が HIKYAKU_WEB_PORT に届くようにしてください。',
    en: 'Another server answers at port 80 of this name. Let requests for /.well-known/acme-challenge/ come to HIKYAKU_WEB_PORT.',
  },
  'certificate.limited': {
    ja: '認証局への要求が多すぎたため、しばらく受け付けてもらえません。待つほかにすることはありません。',
    en: 'The authority was asked too often and takes nothing for a while. There is nothing to do but wait.',
  },
  'certificate.refused': {
    ja: '認証局がこの名前の証明書を発行しません。DNS の CAA レコードと HIKYAKU_ACME_DIRECTORY を確認してください。認証局の回答はログ（certificates.log）にあります。',
    en: 'The authority gives no certificate for this name. Look at the CAA records in the DNS and at HIKYAKU_ACME_DIRECTORY; its own words are in the log (certificates.log).',
  },
  'certificate.authority': {
    ja: '認証局に接続できないか、認証局が正しく応答しません。HIKYAKU_ACME_DIRECTORY、HIKYAKU_ACME_CA_FILE、HTTPS_PROXY を確認してください。',
    en: 'The authority is not reached or does not answer as it should. Look at HIKYAKU_ACME_DIRECTORY, HIKYAKU_ACME_CA_FILE and HTTPS_PROXY.',
  },
};
