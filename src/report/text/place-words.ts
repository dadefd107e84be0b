/** Where a hint is read: the inputs of a step and the options of the command line have names of their own. */
export type Place = 'action' | 'command line';

/** `the input "job" (--job train)`, as hints name what both have; `the input "overrides": env.A=1 (--override env.A=1)`. */
const BOTH = /(the )?(input "[\w-]+"(?:: [^()\n]*?)?) \((--?[^()\n]+)\)/g;
/** What the command line has no option for. */
const INPUT_ONLY = /(?:, or|; or| or) (?:give |with )?the input "[\w-]+"(?! \(-)(?!: )/g;

/** A hint with the words of the place where it is read. */
export function hintAt(place: Place, hint: string): string {
  if (place === 'action') return hint.replace(BOTH, '$1$2');
  return hint.replace(BOTH, '$3').replace(INPUT_ONLY, '');
}
