/**
 * Runs in the browser on the dashboard: follows the event log and copies values. Without it the log is a plain list and
 * values are there to be selected.
 *
 * Served as `(${enhanceDashboard})()`, so it must stand alone: no imports, nothing from outside the function.
 */
export function enhanceDashboard(): void {
  const readyCopies = (part: ParentNode) => {
    for (const button of part.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
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
  };
  readyCopies(document);

  // A page that shows what changes by itself is fetched anew, unless somebody is at its buttons.
  const changing = document.querySelector<HTMLElement>('[data-refresh]');
  const refresh = async () => {
    if (!changing || document.hidden || changing.contains(document.activeElement)) return;
    const response = await fetch(location.pathname);
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const next = page.querySelector('[data-refresh]');
    if (!next || next.innerHTML === served) return;
    served = next.innerHTML;
    changing.replaceChildren(...next.childNodes);
    readyCopies(changing);
  };
  let served = '';
  if (changing) setInterval(() => refresh().catch(() => undefined), 2000);

  const log = document.querySelector<HTMLElement>('[data-events]');
  const status = document.querySelector('[data-live]');
  if (!log) return;
  const longest = 500;
  const paragraph = (className: string, ...parts: (string | Node)[]) => {
    const element = document.createElement('p');
    element.className = className;
    element.append(...parts);
    return element;
  };
  const span = (className: string, text: string) => {
    const element = document.createElement('span');
    element.className = className;
    element.textContent = text;
    return element;
  };
  const source = new EventSource(log.dataset.events ?? '');
  source.addEventListener('open', () => {
    if (status) status.textContent = 'Live';
  });
  source.addEventListener('error', () => {
    if (status) status.textContent = 'Reconnecting…';
  });
  source.addEventListener('entry', (message) => {
    const event: { at: number; type: string; outcome: string; sentence: string } = JSON.parse(message.data);
    const failed = event.outcome === 'failure';
    const time = document.createElement('time');
    time.dateTime = new Date(event.at).toISOString();
    time.textContent = time.dateTime.slice(11, 19);
    const head = paragraph('entry-head', time, span('entry-type', event.type));
    if (failed) head.append(span('tag tag-failed', 'Failure'));
    const item = document.createElement('li');
    item.className = failed ? 'entry entry-failed entry-new' : 'entry entry-new';
    item.append(head, paragraph('entry-sentence', event.sentence));
    log.prepend(item);
    document.querySelector('.empty')?.remove();
    while (log.children.length > longest) log.lastElementChild?.remove();
  });
}
