import { designTokens } from '../styles.ts';

/** The stylesheet of the dashboard: denser than the hosted pages, of the same family. */
export const dashboardStyles = /* css */ `${designTokens}
body { font-size: 0.9375rem; }
h1 { font-size: 1.5rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; }
h2 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
h3 { font-size: 0.9375rem; line-height: 1.35; font-weight: 650; }
code, pre { font-family: var(--mono); font-size: 0.8125rem; }
code { overflow-wrap: anywhere; }
.soft { color: var(--ink-soft); font-size: 0.875rem; }
.skip { position: absolute; left: -100vw; top: 0; z-index: 2; padding: 0.625rem 1rem; background: var(--surface); }
.skip:focus { left: 0; }
.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top-line, .tabs, .content { width: 100%; max-width: 68rem; margin: 0 auto; padding-left: 1rem; padding-right: 1rem; }
.top-line { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding-top: 0.875rem; padding-bottom: 0.25rem; }
.top-name { display: flex; align-items: center; gap: 0.625rem; font-weight: 650; font-size: 1rem; letter-spacing: -0.01em; }
.badge {
  display: inline-flex; align-items: center; gap: 0.5rem; flex: none; padding: 0.1875rem 0.75rem; border: 1px solid var(--line);
  border-radius: 999px; font-size: 0.8125rem; font-weight: 550; color: var(--ink-soft);
}
.badge-dot { width: 0.4375rem; height: 0.4375rem; border-radius: 50%; background: #c98a1b; }
.tabs { display: flex; flex-wrap: wrap; column-gap: 1.25rem; }
.tabs a { display: block; padding: 0.625rem 0 0.5625rem; border-bottom: 3px solid transparent; color: var(--ink-soft); text-decoration: none; font-weight: 550; }
.tabs a:hover { color: var(--ink); }
.tabs a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
.content { display: flex; flex-direction: column; gap: 1.125rem; padding-top: 1.75rem; padding-bottom: 4rem; }
.content:focus { outline: none; }
.content > h2 { margin-top: 0.75rem; }
.content-heading .soft { margin-top: 0.25rem; font-size: 0.9375rem; }
.panel, .row, .log, .empty { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; }
.panel { display: flex; flex-direction: column; gap: 0.875rem; padding: 1.25rem; min-width: 0; }
.panel-line { display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
.panel h3 + .soft { margin-top: -0.75rem; }
.pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.settings { display: flex; flex-direction: column; gap: 0.625rem; }
.settings dt { font-size: 0.8125rem; color: var(--ink-soft); }
.settings dd { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; min-height: 1.75rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0.375rem 1.75rem; padding-top: 0.875rem; border-top: 1px solid var(--line); }
.figures a { color: var(--ink-soft); text-decoration: none; }
.figures a:hover { color: var(--ink); text-decoration: underline; }
.figures strong { color: var(--ink); font-size: 1.25rem; font-weight: 650; font-variant-numeric: tabular-nums; }
pre { margin: 0; padding: 1rem; border-radius: var(--radius); background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
.small-button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.125rem; padding: 0.25rem 0.75rem;
  border: 1px solid var(--line-strong); border-radius: 8px; background: var(--surface); color: var(--ink);
  font: 550 0.875rem/1.2 var(--font); text-decoration: none; white-space: nowrap; cursor: pointer; list-style: none;
}
.small-button:hover { background: var(--sunken); color: var(--ink); }
.small-button:focus-visible { border-radius: 8px; }
.small-button-primary, .small-button-primary:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.small-button-primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
.small-button-danger { border-color: var(--danger); color: var(--danger); }
.small-button-danger:hover { background: var(--danger-soft); color: var(--danger); }
summary::-webkit-details-marker { display: none; }
.confirm { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.confirm[open] > summary { color: var(--ink-soft); }
.confirm form { margin-top: 0.375rem; }
.rows { display: flex; flex-direction: column; gap: 0.625rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem 1.25rem; align-items: center; justify-content: space-between; padding: 0.875rem 1.125rem; }
.row-tall { align-items: flex-start; }
.row-main { flex: 1 1 20rem; min-width: 0; overflow-wrap: anywhere; }
.row-title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.625rem; font-weight: 600; }
.row-actions { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.5rem; }
.tag { padding: 0.0625rem 0.5rem; border-radius: 999px; background: var(--sunken); border: 1px solid var(--line); color: var(--ink-soft); font-size: 0.75rem; font-weight: 600; line-height: 1.5; }
.tag-live { background: var(--accent-soft); border-color: transparent; color: var(--accent); }
.tag-failed { background: var(--danger-soft); border-color: transparent; color: var(--danger); }
.toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.625rem; }
.toolbar label, .inline-field label { font-size: 0.875rem; font-weight: 550; }
.check { display: inline-flex; align-items: center; gap: 0.375rem; }
.check input { width: 1.0625rem; height: 1.0625rem; accent-color: var(--accent); }
input[type="text"], input[type="email"], input[type="search"], input[type="number"], select {
  min-height: 2.375rem; padding: 0.3125rem 0.625rem; border: 1px solid var(--line-strong); border-radius: 8px;
  background: var(--surface); color: var(--ink); font: 400 0.9375rem/1.4 var(--font); max-width: 100%;
}
input::placeholder { color: var(--ink-soft); opacity: 1; }
.inline-form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: flex-end; }
.inline-field { display: flex; flex-direction: column; gap: 0.25rem; flex: 1 1 11rem; min-width: 0; }
.inline-field-small { flex: 0 1 7rem; }
.inline-form .small-button { min-height: 2.375rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.notice { padding: 0.75rem 1rem; border-radius: var(--radius); background: var(--accent-soft); color: var(--accent); font-weight: 550; }
.notice-failed { background: var(--danger-soft); color: var(--danger); }
.empty { padding: 2.25rem 1.25rem; text-align: center; color: var(--ink-soft); border-style: dashed; }
.timeline { margin: 0.75rem 0 0; }
.timeline svg { display: block; width: 100%; height: 1.375rem; }
.timeline-track { fill: var(--line); }
.timeline-idle { fill: var(--accent); opacity: 0.28; }
.timeline-past-live { fill: var(--accent); }
.timeline-past-revoked { fill: var(--danger); }
.timeline-past-expired { fill: var(--line-strong); }
.timeline-mark { fill: var(--ink); }
.timeline-legend { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.125rem 1.25rem; margin-top: 0.25rem; font-size: 0.8125rem; color: var(--ink-soft); }
.reader { flex: 1 1 100%; min-width: 0; }
.reader summary { color: var(--accent); font-weight: 550; cursor: pointer; width: fit-content; }
.reader pre { margin-top: 0.625rem; }
.mail { display: block; width: 100%; height: 30rem; margin-top: 0.625rem; border: 1px solid var(--line); border-radius: var(--radius); background: #f4f2ed; color-scheme: light; }
.stack { display: flex; flex-direction: column; gap: 1.125rem; }
.phones { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
.phone { display: flex; flex-direction: column; gap: 0.5rem; padding: 1.25rem 1.25rem 1.125rem; background: var(--surface); border: 2px solid var(--line-strong); border-radius: 26px; overflow-wrap: anywhere; }
.phone::before { content: ""; align-self: center; width: 3.5rem; height: 0.3125rem; margin-bottom: 0.375rem; border-radius: 999px; background: var(--line-strong); }
.phone-brand { color: var(--ink-soft); font-size: 0.8125rem; font-weight: 600; }
.phone-title { font-size: 1.1875rem; font-weight: 650; letter-spacing: -0.01em; }
.phone-buttons { display: flex; gap: 0.5rem; margin-top: 0.5rem; }
.phone-buttons form { flex: 1; }
.phone-buttons .small-button { width: 100%; min-height: 2.75rem; }
.totp { align-self: center; font: 600 1.25rem/1.2 var(--mono); font-variant-numeric: tabular-nums; letter-spacing: 0.06em; }
.states { display: flex; flex-direction: column; gap: 0.875rem; }
.states dt { font-weight: 600; }
.states dd { color: var(--ink-soft); }
.facts { display: flex; flex-wrap: wrap; gap: 0.375rem; margin-top: 0.375rem; }
.doors { display: flex; flex-direction: column; gap: 0.75rem; }
.doors li { display: flex; flex-direction: column; gap: 0.0625rem; }
.doors strong { font-weight: 600; }
.log { overflow: hidden; }
.log:empty { display: none; }
.entry { padding: 0.75rem 1.125rem; border-left: 3px solid transparent; }
.entry + .entry { border-top: 1px solid var(--line); }
.entry-failed { border-left-color: var(--danger); }
.entry-head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.75rem; font-size: 0.8125rem; color: var(--ink-soft); }
.entry-head time { font-variant-numeric: tabular-nums; }
.entry-type { font-family: var(--mono); font-weight: 600; color: var(--ink); overflow-wrap: anywhere; }
.entry-sentence { margin-top: 0.125rem; overflow-wrap: anywhere; }
.entry-new { animation: arrive 900ms ease-out; }
@keyframes arrive { from { background: var(--accent-soft); } }
.faults { display: flex; flex-direction: column; gap: 0.25rem; padding-left: 1.25rem; list-style: decimal; }
.locked { display: flex; flex-direction: column; gap: 0.875rem; max-width: 30rem; margin: 0 auto; padding: 16vh 1.25rem 4rem; }
@media (min-width: 40rem) {
  .top-line, .tabs, .content { padding-left: 1.75rem; padding-right: 1.75rem; }
  .wide .copyable { display: grid; grid-template-columns: 7rem minmax(0, 1fr); column-gap: 1rem; align-items: baseline; }
}
`;
