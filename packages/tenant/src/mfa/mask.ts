/** `+15550108730` -> `XXXXXXXX8730` */
export function maskPhone(phoneNumber: string): string {
  return `${'X'.repeat(Math.max(0, phoneNumber.length - 4))}${phoneNumber.slice(-4)}`;
}

/** `anna@example.com` -> `a***@e******.com` */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const host = dot === -1 ? domain : domain.slice(0, dot);
  return `${hide(email.slice(0, at))}@${hide(host)}${dot === -1 ? '' : domain.slice(dot)}`;
}

function hide(text: string): string {
  return `${text.slice(0, 1)}${'*'.repeat(Math.max(0, text.length - 1))}`;
}
