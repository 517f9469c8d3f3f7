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
