import { both } from '../mail-texts.ts';

type Mail = { subject: string; text: string };

/** To the new address. */
export const newAddressMail = (url: string): Mail => ({
  subject: '新しいメールアドレスの確認 / Confirm your new address (Hikyaku)',
  text: both(
    'Hikyaku へのログインに使うメールアドレスを、このアドレスに変更する操作がありました。次のリンクを開き、現在のパスワードを入力すると変更されます（24 時間有効）。\nお心当たりがない場合は、このメールを破棄してください。何も変わりません。',
    'Somebody asked to sign in to Hikyaku by this address from now on. Open this link within 24 hours and enter your present password to change it.\nIf it was not you, just delete this mail: nothing changes.',
    url,
  ),
});

/** To an address that has an account of its own: whoever typed it is told the same as ever. */
export const takenAddressMail = (url: string): Mail => ({
  subject: 'アカウントはすでにあります / You already have an account (Hikyaku)',
  text: both(
    '別の Hikyaku アカウントのメールアドレスを、このアドレスに変更する操作がありました。このアドレスのアカウントはすでにあるため、変更できません。ご自身の操作であれば、次のページからこのアドレスでログインしてください。\nお心当たりがない場合は、何もする必要はありません。',
    'Somebody asked to change the address of another account of Hikyaku to this one, which has an account already, so it cannot be. If it was you, sign in by this address here.\nIf it was not you, there is nothing to do.',
    url,
  ),
});

/** To the old address, when a change was asked for. `url` takes it back. */
export const addressAskedMail = (newEmail: string, url: string): Mail => ({
  subject: 'メールアドレスの変更の手続き / A change of your address was begun (Hikyaku)',
  text: both(
    `Hikyaku へのログインに使うメールアドレスを、次のアドレスに変更する操作がありました。\n\n　${newEmail}\n\nそのアドレスで確認されるまでは何も変わりません。\nお心当たりがない場合は、ほかの人がパスワードを知っています。次のページで変更を取り消し、すぐにパスワードを変更してください。`,
    `Somebody who is signed in to your account asked to change its address to this one.\n\n  ${newEmail}\n\nNothing changes before it is confirmed there.\nIf it was not you, somebody knows your password: cancel the change on this page, and change your password at once.`,
    url,
  ),
});

/** To the old address, when it is the account's no more. */
export const addressChangedMail = (newEmail: string, url: string): Mail => ({
  subject: 'メールアドレスを変更しました / Your address was changed (Hikyaku)',
  text: both(
    `Hikyaku へのログインに使うメールアドレスが、次のアドレスに変更されました。このアドレスでは、もうログインできません。\n\n　${newEmail}\n\nお心当たりがない場合は、7 日以内に次のページを開いてください。メールアドレスを元に戻し、ログイン中の端末をすべてログアウトさせ、パスワードを使えなくします。`,
    `Your account is signed in to by this address from now on. The one that this mail went to does not sign in any more.\n\n  ${newEmail}\n\nIf it was not you, open this page within seven days: the address is put back, everybody is signed out, and the password stops working.`,
    url,
  ),
});

/** To the new address of an account that the operator gave back. `url`: where its person asks for a new password. */
export const accountReturnedMail = (url: string): Mail => ({
  subject: 'アカウントをお返しします / Your account is yours again (Hikyaku)',
  text: both(
    'リレーの運営者が、ログインに使うメールアドレスをこのアドレスに変更しました。これまでのパスワード、パスキー、ほかのサービスでのログインは使えません。次のページでこのアドレスを入力し、届いたリンクから新しいパスワードを決めてください。機器からの送信は、変わらず続いています。\nお心当たりがない場合は、リレーの運営者に連絡してください。',
    'Whoever runs this relay changed the address that your account is signed in to by to this one. The password, passkeys and linked sign-ins of before do not sign in any more: enter this address on this page, and set a new password by the link that comes. Devices have gone on sending all the while.\nIf you know nothing of it, tell whoever runs the relay.',
    url,
  ),
});

/** To the old address, which may be lost, or a stranger's by now: it gets no way back. */
export const accountMovedMail = (newEmail: string, url: string): Mail => ({
  subject: 'メールアドレスが変更されました / Your address was changed by the operator (Hikyaku)',
  text: both(
    `リレーの運営者が、依頼を受けて、ログインに使うメールアドレスを次のアドレスに変更しました。このアドレスとこれまでのパスワードでは、もうログインできません。\n\n　${newEmail}\n\n依頼した覚えがない場合は、すぐにリレーの運営者に連絡してください。`,
    `Whoever runs this relay was asked to change the address that your account is signed in to by, and did. The address that this mail went to and the password of before do not sign in any more.\n\n  ${newEmail}\n\nIf you did not ask for it, tell whoever runs the relay at once.`,
    url,
  ),
});
