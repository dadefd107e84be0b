/**
 * Asks once for the same words; `nameOf` says which are the same, and without it the first one does. An answer that did
 * not come is forgotten, so that who needs it next asks again.
 */
export function askedOnce<W extends readonly unknown[], T>(
  ask: (...words: W) => Promise<T>,
  nameOf: (...words: W) => unknown = (...words) => words[0],
): (...words: W) => Promise<T> {
  const answers = new Map<unknown, Promise<T>>();
  return (...words) => {
    const name = nameOf(...words);
    const known = answers.get(name);
    if (known !== undefined) return known;
    const asked = ask(...words);
    answers.set(name, asked);
    asked.catch(() => answers.delete(name));
    return asked;
  };
}
