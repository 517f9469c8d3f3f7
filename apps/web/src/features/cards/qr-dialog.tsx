'use client';
import { ChoiceGroup, Modal, SwitchField } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cardText } from './card-text.ts';
import { QrCode } from './qr-code.tsx';

interface QrDialogProps {
  title: string;
  /** What is typed into the device, in its own words. */
  values: readonly (readonly [label: string, value: string | null])[];
  /** Null: it was shown when it was made. */
  password: readonly [label: string, value: string] | null;
  onPasswordShown: () => void;
  onClose: () => void;
}

/** The card for the phone in one's hand at the device: its values as text, or the address of this page. The password only where it is asked for. */
export function QrDialog({ title, values, password, onPasswordShown, onClose }: QrDialogProps) {
  const t = useTranslations('cards');
  const common = useTranslations('common');
  const [kind, setKind] = useState<'values' | 'page'>('values');
  const [hasPassword, setHasPassword] = useState(false);
  const shown = hasPassword && password ? [...values, password] : values;
  return (
    <Modal isOpen onOpenChange={onClose} title={t('qrTitle')} description={t('qrText')} closeLabel={common('close')}>
      <ChoiceGroup
        label={t('qrKind')}
        value={kind}
        onChange={setKind}
        choices={[
          { value: 'values', label: t('qrValues'), hint: t('qrValuesHint') },
          { value: 'page', label: t('qrPage'), hint: t('qrPageHint') },
        ]}
      />
      {kind === 'values' && password ? (
        <SwitchField
          label={t('qrPassword')}
          hint={t('qrPasswordHint')}
          isChecked={hasPassword}
          onChange={(isChecked) => {
            setHasPassword(isChecked);
            if (isChecked) onPasswordShown();
          }}
        />
      ) : null}
      <div className="grid justify-items-center">
        <QrCode label={t('qrTitle')} text={kind === 'values' ? cardText(title, shown) : window.location.href} />
      </div>
    </Modal>
  );
}
