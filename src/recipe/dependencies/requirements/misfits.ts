import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { foreignLine } from './foreign-line.ts';
import { foreignPackage } from './foreign-package.ts';
import type { Misfit } from './misfit.ts';

/** undefined for a line that pip may take. */
function misfitIn(line: string): Misfit | undefined {
  return foreignPackage(line) ?? foreignLine(line);
}

interface Placed extends Misfit {
  readonly line: string;
  readonly location: Location;
}

/** The lines of a requirements file, and of those that it includes, that cannot be installed. */
export class Misfits {
  readonly #placed: Placed[] = [];

  /** Whether the line is one of them. */
  take(line: string, location: Location): boolean {
    const misfit = misfitIn(line);
    if (misfit !== undefined) this.#placed.push({ ...misfit, line, location });
    return misfit !== undefined;
  }

  report(findings: Findings): void {
    const keyOf = ({ kind, location }: Placed): string => `${kind} ${location.file}`;
    for (const key of new Set(this.#placed.map(keyOf))) {
      const [first, ...others] = this.#placed.filter((one) => keyOf(one) === key);
      if (first !== undefined) tell(first, others, findings);
    }
  }
}

function tell(
  { line, code, is, hint, location }: Placed,
  others: readonly Placed[],
  findings: Findings,
): void {
  const lines = others.length === 1 ? 'one more line' : `${others.length} more lines`;
  const more = others.length === 0 ? '' : `, and so on in ${lines} of this file`;
  findings.error(code, `"${line.slice(0, 120)}" ${is}${more}`, { hint, at: location });
}
