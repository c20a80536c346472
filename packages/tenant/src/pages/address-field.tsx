/** @jsxImportSource hono/jsx */
import { Field, type FormErrors } from './form.tsx';

interface AddressFieldProps {
  kind: 'phone' | 'email';
  value?: string | undefined;
  autofocus: boolean;
  errors?: FormErrors | undefined;
}

/** Where codes go. */
export function AddressField({ kind, ...rest }: AddressFieldProps) {
  return kind === 'email' ? (
    <Field name="address" label="Email address" type="email" autocomplete="email" {...rest} />
  ) : (
    <Field
      name="address"
      label="Phone number"
      type="tel"
      inputmode="tel"
      autocomplete="tel"
      hint="With the country code, like +1 555 010 8730."
      {...rest}
    />
  );
}
