import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import { suggestion } from '../../../values/suggest.ts';

/** Words with the places of the parameter's name and value in them. */
export type Pattern = readonly Word[];
type Word = readonly (string | { readonly name: 'name' | 'value' })[];

const NAMES = { name: 'name', value: 'value', v: 'value' } as const;

/** `{{` and `}}` stand for the braces themselves: https://docs.python.org/3/library/string.html#formatstrings */
const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;

/** Split into words first, so that a value with a space stays in its word; undefined when nothing is written. */
export function readPattern(
  written: string | undefined,
  at: Location,
  findings: Findings,
): Pattern | undefined {
  if (written === undefined || written === '') return undefined;
  const words = written.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => readWord(word, at, findings));
}

function readWord(word: string, at: Location, findings: Findings): Word {
  return [...word.matchAll(PIECE)].map(([piece, inside]) => {
    if (inside !== undefined && isName(inside)) return { name: NAMES[inside] };
    if (piece === '{{' || piece === '}}') return piece.charAt(0);
    if (!/^[{}]/.test(piece)) return piece;
    const hint = inside === undefined ? BRACES_HINT : suggestion(inside, ['name', 'value', 'v']);
    findings.error('pass-as', `"${piece}" refers to nothing`, { hint, at });
    return piece;
  });
}

const BRACES_HINT = 'write {{ or }} for the brace itself';

function isName(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}
