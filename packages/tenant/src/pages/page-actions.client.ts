/**
 * Runs in the browser on pages of second factors and of logins without a password: copies and prints what is shown once,
 * goes on when the page no longer has to wait, and moves the focus to the errors of a form that came back. The pages work
 * without it.
 *
 * Served as `(${enhancePage})()`, so it must stand alone: no imports, nothing from outside the function.
 */
export function enhancePage(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const caption = button.textContent;
    button.hidden = navigator.clipboard === undefined;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? '');
      button.textContent = 'Copied';
      setTimeout(() => {
        button.textContent = caption;
      }, 1500);
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }

  const waiting = document.querySelector<HTMLElement>('[data-wait]');
  if (waiting) {
    const pause = 1500;
    const form = document.querySelector<HTMLFormElement>('form[data-wait-form]');
    const button = form?.querySelector<HTMLButtonElement>('[data-wait-button]');
    waiting.hidden = false;
    const look = async () => {
      try {
        const response = await fetch(waiting.dataset.wait ?? '', { headers: { accept: 'application/json' } });
        const { waiting: goOn }: { waiting?: boolean } = await response.json();
        if (goOn === false) {
          form?.requestSubmit(button);
          return;
        }
      } catch {
        // The next look may find the tenant again; the button is there all the while.
      }
      setTimeout(look, pause);
    };
    setTimeout(look, pause);
  }

  document.getElementById('error-summary')?.focus();
}
