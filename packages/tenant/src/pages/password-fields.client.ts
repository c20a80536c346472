/**
 * Runs in the browser on pages with a password field: shows and hides what was typed, ticks off the rules of a new
 * password, and moves the focus to the errors of a form that came back. The pages work without it.
 *
 * Served as `(${enhancePasswordFields})()`, so it must stand alone: no imports, nothing from outside the function.
 */
export function enhancePasswordFields(): void {
  const meets = (rule: HTMLElement, password: string): boolean => {
    const least = Number(rule.dataset.least ?? 0);
    if (rule.dataset.rule === 'lengthAtLeast') return [...password].length >= least;
    if (rule.dataset.rule === 'identicalChars') return !new RegExp(`(.)\\1{${least}}`, 'su').test(password);
    const items = [...rule.querySelectorAll<HTMLElement>('[data-pattern]')];
    const met = items.filter((item) => {
      const verified = new RegExp(item.dataset.pattern ?? '', 'u').test(password);
      item.classList.toggle('rule-met', verified);
      return verified;
    });
    return met.length >= least;
  };

  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-reveal]')) {
    const input = document.getElementById(button.dataset.reveal ?? '');
    if (!(input instanceof HTMLInputElement)) continue;
    button.hidden = false;
    button.addEventListener('click', () => {
      const reveal = input.type === 'password';
      input.type = reveal ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(reveal));
      const caption = button.querySelector('[aria-hidden]');
      if (caption) caption.textContent = reveal ? 'Hide' : 'Show';
      input.focus();
    });
    // A password sent while readable would be offered by the browser's form history.
    input.form?.addEventListener('submit', () => {
      input.type = 'password';
    });
  }

  for (const list of document.querySelectorAll<HTMLElement>('[data-checklist-for]')) {
    const input = document.getElementById(list.dataset.checklistFor ?? '');
    const status = list.querySelector('[data-checklist-status]');
    if (!(input instanceof HTMLInputElement)) continue;
    const rules = [...list.querySelectorAll<HTMLElement>('[data-rule]')];
    let said = '';
    const update = () => {
      const met = rules.filter((rule) => {
        const verified = input.value !== '' && meets(rule, input.value);
        if (input.value === '')
          for (const item of rule.querySelectorAll('[data-pattern]')) item.classList.remove('rule-met');
        rule.classList.toggle('rule-met', verified);
        return verified;
      }).length;
      const sentence = input.value === '' ? '' : `${met} of ${rules.length} password rules met.`;
      if (status && sentence !== said) status.textContent = sentence;
      said = sentence;
    };
    input.addEventListener('input', update);
    update();
  }

  document.getElementById('error-summary')?.focus();
}
