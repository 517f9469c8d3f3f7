import { Field } from './field.tsx';
import { Input } from './input.tsx';

/** `HH:MM` each. */
interface TimeSpan {
  start: string;
  end: string;
}

interface TimeSpanFieldsProps {
  span: TimeSpan;
  startLabel: string;
  endLabel: string;
  /** Asked for as a field is left with another time. */
  onChange(part: Partial<TimeSpan>): void;
}

/** From when until when; each field counts as it is left. */
export function TimeSpanFields({ span, startLabel, endLabel, onChange }: TimeSpanFieldsProps) {
  const time = (name: keyof TimeSpan, label: string) => (
    <Field label={label}>
      <Input
        // Another word of who keeps it is a new field: what it shows is what is kept.
        key={span[name]}
        type="time"
        defaultValue={span[name]}
        onBlur={({ target }) => {
          if (target.value && target.value !== span[name]) onChange({ [name]: target.value });
        }}
      />
    </Field>
  );
  return (
    <div className="flex flex-wrap gap-4">
      {time('start', startLabel)}
      {time('end', endLabel)}
    </div>
  );
}
