const width = 720;
const labelWidth = 300;
const valueWidth = 90;
const rowHeight = 30;
const barHeight = 18;
const top = 44;

const toXml = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Colours hold 4.5:1 against either background, which is the page's own: the picture has none. */
const style = `
text { font: 14px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.value { font-variant-numeric: tabular-nums }
.ours { fill: #0a6f5c }
.theirs { fill: #8a94a0 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ours { fill: #3fbf9f }
  .theirs { fill: #6b7683 }
}`;

/**
 * Horizontal bars from zero, as SVG; light or dark as the reader's system is.
 *
 * @param {import('./lib/result.ts').Chart} chart
 */
export function drawChart({ title, unit, bars }) {
  const height = top + bars.length * rowHeight + 6;
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (width - labelWidth - valueWidth) / longest;
  const rows = bars.map(({ label, value, ours = false }, index) => {
    const y = top + index * rowHeight;
    const length = Math.max(1, value * scale).toFixed(1);
    return [
      `<text x="${labelWidth - 12}" y="${y + 14}" text-anchor="end">${toXml(label)}</text>`,
      `<rect class="${ours ? 'ours' : 'theirs'}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<text class="value" x="${(labelWidth + Number(length) + 8).toFixed(1)}" y="${y + 14}">${toXml(value)}</text>`,
    ].join('\n');
  });
  const words = bars.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title words">
<title id="title">${toXml(title)}, ${toXml(unit)}</title>
<desc id="words">${toXml(words)}</desc>
<style>${style}
</style>
<text class="title" x="0" y="20">${toXml(title)}, ${toXml(unit)}</text>
${rows.join('\n')}
</svg>
`;
}
