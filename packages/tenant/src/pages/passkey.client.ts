/**
 * Runs in the browser on pages that know passkeys: shows the button where the browser knows them too, asks for a passkey
 * and sends what came of it with the form; a form for passwords learns whether the device could keep one. The pages work
 * without it.
 *
 * Served as `(${enhancePasskeys})()`, so it must stand alone: no imports, nothing from outside the function.
 */
export function enhancePasskeys(): void {
  const knowsPasskeys =
    typeof PublicKeyCredential === 'function' &&
    'parseCreationOptionsFromJSON' in PublicKeyCredential &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential;
  if (!knowsPasskeys) return;
  const mark = document.querySelector<HTMLInputElement>('input[data-knows-passkeys]');
  if (mark) {
    PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then(
      (isAvailable) => {
        mark.value = isAvailable ? 'yes' : '';
      },
      () => undefined,
    );
  }
  const form = document.querySelector<HTMLFormElement>('form[data-passkey]');
  if (!form) return;
  const status = form.querySelector<HTMLElement>('[data-passkey-status]');
  const button = form.querySelector('button');
  for (let part: HTMLElement | null = form; part; part = part.parentElement) part.hidden = false;

  const say = (text: string) => {
    if (status) status.textContent = text;
  };
  const nothing = form.dataset.kind === 'create' ? 'No passkey was created.' : 'No passkey was used.';
  const failed = 'That did not work. Reload the page and try again.';

  const ask = async () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.set(name, String(value));
    for (const name of (form.dataset.fields ?? '').split(' ')) {
      const input = document.getElementById(name);
      if (input instanceof HTMLInputElement) body.set(name, input.value);
    }
    const response = await fetch(form.dataset.passkey ?? '', { method: 'POST', body });
    const answer = await response.json();
    if (!response.ok) {
      say(answer.text ?? failed);
      document.getElementById(answer.field ?? '')?.focus();
      return;
    }
    const credential =
      form.dataset.kind === 'create'
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(answer.options),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(answer.options),
          });
    if (!(credential instanceof PublicKeyCredential)) return say(nothing);
    const fill = (name: string, value: string) => {
      const input = form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value;
    };
    fill('auth_session', answer.auth_session);
    fill('authn_response', JSON.stringify(credential.toJSON()));
    form.submit();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button) button.disabled = true;
    say('');
    try {
      await ask();
    } catch (error) {
      const hadEnough = error instanceof DOMException && error.name === 'NotAllowedError';
      say(hadEnough ? nothing : failed);
    }
    if (button) button.disabled = false;
  });
}
