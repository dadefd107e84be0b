import { cleanText } from '../../log/log.ts';

const LONGEST_VALUE = 40;
const LONGEST = 160;

/** A readable name for each combination, such as `lr=0.1, depth=3`; no two are the same, and each is safe to show. */
export function labelsOf(all: readonly ReadonlyMap<string, string>[]): readonly string[] {
  const taken = new Map<string, number>();
  return all.map((values) => {
    const label = cleanText(
      cut([...values].map(([name, text]) => `${name}=${shown(text)}`).join(', '), LONGEST),
    );
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}

/** What would end or hide the next pair stands in quotes. */
function shown(text: string): string {
  return cut(/^[^\s,"'\p{C}]+$/u.test(text) ? text : JSON.stringify(text), LONGEST_VALUE);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
