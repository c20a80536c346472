import { Field } from './step-form.tsx';

export function PhoneField() {
  return (
    <Field
      label="Phone number"
      name="phone"
      type="tel"
      inputMode="tel"
      autoComplete="tel"
      hint="With + and country code. Any number will do: nothing leaves this machine."
      isRetried
    />
  );
}

/** People write numbers in groups; tenants take E.164. */
export const readPhoneNumber = (typed: string) => typed.replaceAll(/[\s()/.-]/g, '');
