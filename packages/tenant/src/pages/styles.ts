/** Colours and sizes shared by the hosted pages and the dashboard. Every text pair has a contrast of 4.5:1 or more. */
export const designTokens = /* css */ `
:root {
  color-scheme: light dark;
  --font: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --ground: #f4f2ed;
  --arch: #faf9f6;
  --surface: #ffffff;
  --sunken: #f6f5f1;
  --ink: #1b1d1b;
  --ink-soft: #565b56;
  --line: #e2dfd7;
  --line-strong: #85887f;
  --accent: #1d5c49;
  --accent-hover: #174a3b;
  --on-accent: #ffffff;
  --accent-soft: #e5f0eb;
  --danger: #a12b1f;
  --danger-soft: #fcf0ee;
  --danger-line: #e3b5af;
  --warning: #7a4d00;
  --warning-soft: #fbf3e1;
  --shadow: 0 1px 2px rgb(27 29 27 / 5%), 0 12px 32px -12px rgb(27 29 27 / 14%);
  --radius: 10px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101312;
    --arch: #141817;
    --surface: #1b201e;
    --sunken: #151918;
    --ink: #eceeec;
    --ink-soft: #a9b1ac;
    --line: #2e3532;
    --line-strong: #77827c;
    --accent: #84d3b4;
    --accent-hover: #9fdfc5;
    --on-accent: #0c211a;
    --accent-soft: #1d3029;
    --danger: #ffb1a5;
    --danger-soft: #2f1a17;
    --danger-line: #6d3a33;
    --warning: #f0c878;
    --warning-soft: #2c2415;
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 16px 40px -16px rgb(0 0 0 / 60%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 400 1rem/1.55 var(--font);
  -webkit-font-smoothing: antialiased;
}
h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-hover); text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
[hidden] { display: none !important; }
.mark-frame { stroke: var(--accent); }
.mark-door { fill: var(--accent); }
.mark-knob { fill: var(--surface); }
.visually-hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.button {
  display: inline-flex; align-items: center; justify-content: center;
  min-height: 3rem; padding: 0.625rem 1.25rem;
  border: 1px solid transparent; border-radius: var(--radius);
  font: 600 1rem/1.25 var(--font); text-align: center; text-decoration: none; cursor: pointer;
  transition: background-color 120ms ease, border-color 120ms ease;
}
.button:focus-visible { border-radius: var(--radius); }
.button-primary { background: var(--accent); color: var(--on-accent); }
.button-primary:hover { background: var(--accent-hover); color: var(--on-accent); }
.button-quiet { background: transparent; color: var(--ink-soft); font-weight: 500; font-size: 0.9375rem; }
.button-quiet:hover { background: var(--sunken); color: var(--ink); }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { transition: none !important; animation: none !important; scroll-behavior: auto !important; }
}
`;

/** The stylesheet of the hosted pages: phone first, one card under an arch. */
export const styles = /* css */ `${designTokens}
.stage {
  position: relative; isolation: isolate; overflow: hidden;
  display: flex; flex-direction: column; align-items: center;
  min-height: 100vh; min-height: 100dvh; padding: 1.5rem 1rem 1.25rem;
}
.brand {
  display: flex; align-items: center; gap: 0.625rem; max-width: 100%;
  margin-bottom: 1.25rem; font-weight: 600; letter-spacing: -0.01em;
}
.brand-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.card {
  width: 100%; max-width: 26rem; padding: 1.75rem 1.375rem 1.5rem;
  background: var(--surface); border: 1px solid var(--line); border-radius: 18px; box-shadow: var(--shadow);
}
.heading { margin-bottom: 1.5rem; }
.heading:last-child { margin-bottom: 0.5rem; }
h1 { font-size: 1.625rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.022em; text-wrap: balance; overflow-wrap: anywhere; }
.lead { margin-top: 0.5rem; color: var(--ink-soft); text-wrap: pretty; overflow-wrap: anywhere; }
.lead strong { color: var(--ink); font-weight: 600; }
.form { display: flex; flex-direction: column; gap: 1.125rem; }
.field-label { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin-bottom: 0.375rem; font-size: 0.9375rem; }
.field-label label { font-weight: 550; }
.field-optional { color: var(--ink-soft); font-size: 0.875rem; }
.control { position: relative; }
.control input {
  width: 100%; min-height: 3rem; padding: 0.625rem 0.875rem;
  border: 1px solid var(--line-strong); border-radius: var(--radius);
  background: var(--surface); color: var(--ink); font: 400 1rem/1.5 var(--font);
}
.control input:hover { border-color: var(--ink-soft); }
.control input:focus-visible { outline: 2px solid var(--accent); outline-offset: 0; border-color: var(--accent); border-radius: var(--radius); }
.control:has(.reveal:not([hidden])) input { padding-right: 4.25rem; }
.reveal {
  position: absolute; top: 4px; right: 4px; bottom: 4px; min-width: 3.5rem; padding: 0 0.75rem;
  border: 0; border-radius: 7px; background: transparent; color: var(--accent);
  font: 550 0.875rem/1 var(--font); cursor: pointer;
}
.reveal:hover { background: var(--accent-soft); }
.field-invalid .control input { border-color: var(--danger); }
.field-error { margin-top: 0.375rem; color: var(--danger); font-size: 0.875rem; font-weight: 500; }
.field-hint { margin-top: 0.375rem; color: var(--ink-soft); font-size: 0.875rem; }
.field-hint:empty { margin: 0; }
.aside { margin-top: -0.375rem; font-size: 0.9375rem; }
.actions { display: flex; flex-direction: column; gap: 0.375rem; margin-top: 0.25rem; }
.alert {
  margin-bottom: 1.25rem; padding: 0.875rem 1rem;
  border: 1px solid var(--danger-line); border-radius: var(--radius); background: var(--danger-soft); color: var(--danger);
  font-size: 0.9375rem; font-weight: 500;
}
.alert:focus { outline: 2px solid var(--danger); outline-offset: 1px; }
.alert ul { margin-top: 0.25rem; }
.alert a { color: inherit; font-weight: 500; }
.switch { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); text-align: center; font-size: 0.9375rem; color: var(--ink-soft); }
.switch a { font-weight: 600; }
.checklist { margin-top: -0.375rem; padding: 0.875rem 1rem; border-radius: var(--radius); background: var(--sunken); font-size: 0.875rem; color: var(--ink-soft); }
.checklist-title { margin-bottom: 0.375rem; font-weight: 600; color: var(--ink); }
.rule + .rule, .rule ul { margin-top: 0.25rem; }
.rule ul { padding-left: 1.5rem; }
.rule-line { display: flex; gap: 0.5rem; align-items: flex-start; }
.tick { flex: none; margin-top: 0.2rem; }
.tick-ring { stroke: var(--line-strong); }
.tick-check { stroke: transparent; }
.rule-met > .rule-line { color: var(--accent); }
.rule-met > .rule-line .tick-ring { fill: var(--accent); stroke: var(--accent); }
.rule-met > .rule-line .tick-check { stroke: var(--surface); }
.field-code input { font: 500 1.375rem/1.4 var(--mono); letter-spacing: 0.16em; text-align: center; }
.button-outline { border-color: var(--line-strong); background: var(--surface); color: var(--ink); font-weight: 550; }
.button-outline:hover { background: var(--sunken); color: var(--ink); }
.ways { margin-top: 1.25rem; }
.heading + .ways { margin: 0 0 0.75rem; }
.ways-list { display: grid; gap: 0.5rem; }
.way { width: 100%; justify-content: flex-start; gap: 0.75rem; text-align: left; }
.way svg { flex: none; }
.way-letter rect { fill: none; stroke: currentColor; stroke-width: 1.5; }
.way-letter text { fill: currentColor; font: 700 0.8125rem/1 var(--font); }
.divider { display: flex; align-items: center; gap: 0.875rem; margin-bottom: 1rem; color: var(--ink-soft); font-size: 0.875rem; }
.divider::before, .divider::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.divider-spaced { margin: 1.25rem 0 1rem; }
.choice { display: flex; align-items: flex-start; gap: 0.625rem; font-size: 0.9375rem; line-height: 1.4; cursor: pointer; }
.choice input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0.0625rem 0 0; accent-color: var(--accent); }
.note { padding: 0.75rem 0.875rem; border-radius: var(--radius); background: var(--sunken); color: var(--ink-soft); font-size: 0.875rem; }
.note + .form, .choices + .form { margin-top: 1.25rem; }
.note-simulated { margin-bottom: 1.25rem; border: 1px dashed var(--line-strong); background: var(--warning-soft); color: var(--warning); }
.waiting { display: flex; align-items: center; gap: 0.625rem; color: var(--ink-soft); font-size: 0.9375rem; }
.waiting-dot { flex: none; width: 0.625rem; height: 0.625rem; border-radius: 50%; background: var(--accent); animation: wait 1.6s ease-in-out infinite; }
@keyframes wait { 50% { opacity: 0.25; } }
.qr { width: fit-content; margin: 0 auto 1.25rem; padding: 0.5rem; border: 1px solid var(--line); border-radius: 12px; background: #ffffff; }
.qr img { display: block; width: 12.5rem; height: 12.5rem; }
.setup-key { margin-bottom: 1.25rem; padding: 0.875rem 1rem; border-radius: var(--radius); background: var(--sunken); font-size: 0.875rem; }
.setup-key-line { display: flex; justify-content: space-between; gap: 1rem; color: var(--ink-soft); }
.setup-key-value { margin: 0.25rem 0 0.5rem; font: 500 0.9375rem/1.6 var(--mono); overflow-wrap: anywhere; }
.grouped { display: grid; gap: 0 1.25ch; width: fit-content; font-family: inherit; }
.grouped-3 { grid-template-columns: repeat(3, auto); margin: 0 auto; }
.grouped-4 { grid-template-columns: repeat(4, auto); }
.link-button { flex: none; padding: 0; border: 0; background: none; color: var(--accent); font: inherit; text-decoration: underline; text-underline-offset: 3px; cursor: pointer; }
.recovery-code { margin-bottom: 1rem; padding: 1.125rem 1rem; border: 1px solid var(--line-strong); border-radius: 12px; background: var(--sunken); font: 600 1.125rem/1.7 var(--mono); letter-spacing: 0.04em; text-align: center; }
.pair-of-buttons { display: flex; gap: 0.625rem; margin-bottom: 1.25rem; }
.pair-of-buttons .button { flex: 1; }
.choices { display: flex; flex-direction: column; gap: 0.625rem; }
.account {
  display: flex; align-items: center; gap: 0.875rem; width: 100%; padding: 0.875rem 1rem;
  border: 1px solid var(--line-strong); border-radius: 12px; background: var(--surface); color: var(--ink);
  font: inherit; text-align: left; text-decoration: none; cursor: pointer;
}
.account:hover { background: var(--sunken); color: var(--ink); }
.account:focus-visible { border-radius: 12px; }
.account-face {
  display: grid; place-items: center; flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  background: var(--accent-soft); color: var(--accent); font-weight: 600; font-size: 0.9375rem;
}
.account-text { min-width: 0; }
.account-name, .account-detail { display: block; overflow-wrap: anywhere; }
.account-name { font-weight: 600; line-height: 1.35; }
.account-detail { color: var(--ink-soft); font-size: 0.875rem; }
.scopes { display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: 12px; }
.scope { display: flex; gap: 0.75rem; padding: 0.8125rem 1rem; }
.scope + .scope { border-top: 1px solid var(--line); }
.scope svg { flex: none; margin-top: 0.2rem; }
.scope .tick-ring { fill: var(--accent-soft); stroke: var(--accent-soft); }
.scope .tick-check { stroke: var(--accent); }
.scope-name { display: block; font-size: 0.8125rem; color: var(--ink-soft); font-family: var(--mono); overflow-wrap: anywhere; }
.symbol {
  display: grid; place-items: center; width: 3.25rem; height: 3.25rem; margin-bottom: 1.125rem; border-radius: 50%;
  background: var(--accent-soft); color: var(--accent);
}
.symbol-trouble { background: var(--danger-soft); color: var(--danger); }
.prose { color: var(--ink-soft); font-size: 0.9375rem; overflow-wrap: anywhere; }
.prose + .prose { margin-top: 0.75rem; }
.detail {
  margin-top: 1rem; padding: 0.75rem 0.875rem; border-radius: var(--radius); background: var(--sunken);
  font: 400 0.8125rem/1.5 var(--mono); color: var(--ink); overflow-wrap: anywhere;
}
.below { margin-top: 1.5rem; }
.below .button { width: 100%; }
.foot { margin-top: auto; padding-top: 1.75rem; text-align: center; font-size: 0.8125rem; color: var(--ink-soft); }
.badge {
  display: inline-flex; align-items: center; gap: 0.5rem; padding: 0.25rem 0.75rem;
  border: 1px solid var(--line); border-radius: 999px; background: var(--surface); font-weight: 550;
}
.badge-dot { width: 0.4375rem; height: 0.4375rem; border-radius: 50%; background: #c98a1b; }
.foot-note { margin-top: 0.5rem; }
@media (min-width: 40rem) {
  .stage { padding: 3.5rem 1.5rem 1.5rem; }
  .stage::before {
    content: ""; position: absolute; z-index: -1; top: 1.25rem; bottom: -2rem; left: 50%; width: 40rem; transform: translateX(-50%);
    border: 1px solid var(--line); border-radius: 20rem 20rem 0 0; background: var(--arch);
  }
  .brand { margin-bottom: 2rem; }
  .card { padding: 2.25rem 2.25rem 2rem; }
}
@media print {
  .form, .pair-of-buttons, .foot { display: none; }
  .card { border: 0; box-shadow: none; }
}
@media (forced-colors: active) {
  .card, .badge, .scopes { border-color: CanvasText; }
  .mark-frame { stroke: CanvasText; }
  .mark-door { fill: CanvasText; }
}
`;
