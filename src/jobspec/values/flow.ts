/** A value as it is written in YAML between brackets or braces, in quotes where it needs them. */
export function flowWord(text: string): string {
  const isPlain = /^[A-Za-z0-9./_-][^,:#[\]{}"'\\\n]*$/.test(text) && !/^-\s|\s$/.test(text);
  if (isPlain && text !== '-') return text;
  return /["\\]/.test(text) && !text.includes('\n')
    ? `'${text.replaceAll("'", "''")}'`
    : JSON.stringify(text);
}

/** Words of a simple command, as a shell has them; undefined where it would do more than part them. */
export function wordsOf(command: string): readonly string[] | undefined {
  if (/[$`\\|&;<>()*?[\]#~\n]/.test(command)) return undefined;
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
