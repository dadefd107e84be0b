/** What a script of ours has said: `key=value` a line. */
export type Answer = ReadonlyMap<string, string>;

const LINE = '\n'.charCodeAt(0);

/** The lines up to the first empty one, and the bytes behind it. */
export function readAnswer(bytes: Buffer): { readonly answer: Answer; readonly rest: Buffer } {
  if (bytes[0] === LINE) return { answer: new Map(), rest: bytes.subarray(1) };
  const end = bytes.indexOf('\n\n');
  const head = end < 0 ? bytes : bytes.subarray(0, end);
  return { answer: linesOf(head.toString()), rest: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2) };
}

/** Of several runs, each ended by an empty line. */
export function readAnswers(bytes: Buffer): readonly Answer[] {
  return bytes
    .toString()
    .split('\n\n')
    .filter((text) => text.trim() !== '')
    .map(linesOf);
}

/** A later line of the same key is the newer one. */
function linesOf(text: string): Answer {
  return new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}
