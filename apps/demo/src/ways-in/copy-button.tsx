import { useState } from 'react';

/** Copies `text`; `what` names it, for the button's own name and for the answer. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('could not be copied'),
    );
  return (
    <span className="copy">
      <button type="button" className="button small" onClick={copy} aria-label={`Copy the ${what}`}>
        Copy
      </button>
      <span role="status" className="hint">
        {outcome}
      </span>
    </span>
  );
}
