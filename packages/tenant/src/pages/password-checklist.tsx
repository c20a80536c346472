/** @jsxImportSource hono/jsx */
import { characterKinds, formatRule, type PasswordRule } from '../users/password-policy.ts';

/**
 * The rules a new password must meet. A plain list without JavaScript; `password-fields.client.ts` ticks the rules off
 * while one types. The numbers and patterns it needs are in the data attributes, so that the rules are written once.
 */
export function PasswordChecklist({ id, field, rules }: { id: string; field: string; rules: readonly PasswordRule[] }) {
  return (
    <div class="checklist" id={id} data-checklist-for={field}>
      <p class="checklist-title">Your password needs:</p>
      <ul>
        {rules.map((rule) => (
          <li
            data-rule={rule.code}
            data-least={rule.code === 'shouldContain' ? rule.items?.length : rule.format?.[0]}
            class="rule"
          >
            <RuleText text={formatRule(rule)} />
            {rule.items ? (
              <ul>
                {rule.items.map((item) => (
                  <li data-pattern={characterKinds[item.code].source} class="rule">
                    <RuleText text={item.message} />
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ul>
      <p class="visually-hidden" role="status" data-checklist-status />
    </div>
  );
}

function RuleText({ text }: { text: string }) {
  return (
    <span class="rule-line">
      <svg class="tick" width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true">
        <circle class="tick-ring" cx="8" cy="8" r="6.25" stroke-width="1.5" />
        <path
          class="tick-check"
          d="m5.2 8.3 2 2 3.8-4.4"
          stroke-width="1.75"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <span>{text}</span>
    </span>
  );
}
