/** One or two letters that stand for a person. */
export function initialsOf(name: string): string {
  const words = (name.split('@')[0] ?? '').split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** Path of the picture a new user gets: letters on a colour, served by the tenant itself. */
export function avatarPath(name: string): string {
  return `u/avatar/${encodeURIComponent(initialsOf(name).toLowerCase() || '-')}.svg`;
}

/** The picture itself; undefined for anything but one or two letters or digits. */
export function drawAvatar(initials: string): string | undefined {
  if (!/^(?:[\p{L}\p{N}]{1,2}|-)$/u.test(initials)) return undefined;
  const hue = [...initials].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0) * 47, 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><rect width="96" height="96" fill="hsl(${hue} 38% 32%)"/><text x="48" y="49" fill="#fff" font-family="system-ui,sans-serif" font-size="40" font-weight="600" text-anchor="middle" dominant-baseline="central">${initials.toUpperCase()}</text></svg>`;
}
