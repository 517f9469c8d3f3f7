import { Field } from '@hikyaku/ui';
import { PasswordInput } from '../session/password-input.tsx';

interface CurrentPasswordProps {
  label: string;
  hint?: string | undefined;
  value: string;
  onChange: (password: string) => void;
}

/** The password of whoever is signed in, before something about signing in changes. */
export function CurrentPassword({ label, hint, value, onChange }: CurrentPasswordProps) {
  return (
    <Field label={label} hint={hint}>
      <PasswordInput
        // Asked for by the button that stood here.
        autoFocus
        autoComplete="current-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
