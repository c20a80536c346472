/**
 * Text as a name that the secure store takes (letters, digits, `_`, `-`, and `.` which separates), told apart from every
 * other: each remaining byte of its UTF-8 becomes `_` and two digits.
 */
export function toName(text: string): string {
  return encodeURIComponent(text)
    .replace(/[^A-Za-z0-9%-]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
    .replaceAll('%', '_');
}
