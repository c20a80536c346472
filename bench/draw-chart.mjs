const width = 600;
const margin = 20;
const top = 58;
const rowHeight = 46;
const barHeight = 14;
/** For the value behind the longest bar. */
const valueWidth = 80;

const toXml = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Against its ground text has a contrast of 4.5:1 and more, a bar 3:1 and more. */
const style = `
text { font: 15px Arial, Helvetica, sans-serif; fill: #1c2b26 }
.title { font-weight: bold }
.ground { fill: #fff }
.ours { fill: #0a6f5c }
.theirs { fill: #7d8893 }
@media (prefers-color-scheme: dark) {
  text { fill: #e8efec }
  .ground { fill: #0d1117 }
  .ours { fill: #3fbf9f }
  .theirs { fill: #6b7683 }
}`;

/**
 * Horizontal bars from zero, as SVG; light or dark as the reader's system is, on a ground of its own. Each label stands above its
 * bar, so that it can be read where the picture is shown small.
 *
 * @param {import('./lib/result.ts').Chart} chart
 */
export function drawChart({ title, unit, bars }) {
  const height = top + bars.length * rowHeight + 4;
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (width - 2 * margin - valueWidth) / longest;
  const rows = bars.map(({ label, value, ours = false }, index) => {
    const y = top + index * rowHeight;
    const length = Math.max(1, value * scale).toFixed(1);
    return [
      `<text x="${margin}" y="${y + 8}">${toXml(label)}</text>`,
      `<rect class="${ours ? 'ours' : 'theirs'}" x="${margin}" y="${y + 15}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<text x="${(margin + Number(length) + 8).toFixed(1)}" y="${y + 27}">${toXml(value)}</text>`,
    ].join('\n');
  });
  const words = bars.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title words">
<title id="title">${toXml(title)}, ${toXml(unit)}</title>
<desc id="words">${toXml(words)}</desc>
<style>${style}
</style>
<rect class="ground" width="${width}" height="${height}" rx="8"/>
<text class="title" x="${margin}" y="32">${toXml(title)}, ${toXml(unit)}</text>
${rows.join('\n')}
</svg>
`;
}
