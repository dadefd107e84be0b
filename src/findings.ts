import { type Finding, type Location, UserError } from './errors.ts';

export interface FindingOptions {
  /** What to do next. */
  readonly hint?: string | undefined;
  /** Where it stands in a file of the user's. */
  readonly at?: Location | undefined;
}

export interface AttemptOptions {
  /** For an error that has no code of its own. */
  readonly code?: string;
  /** What was read, in front of each message: `time-limit: …`. */
  readonly subject?: string;
}

/**
 * Collects what checks find, so that a user reads all of it at once. What makes something and may find it faulty takes
 * the collector as its last parameter, reports to it, and goes on.
 */
export class Findings {
  readonly #collected: Finding[] = [];

  error(code: string, message: string, options: FindingOptions = {}): void {
    this.#collect('error', code, message, options);
  }

  warning(code: string, message: string, options: FindingOptions = {}): void {
    this.#collect('warning', code, message, options);
  }

  notice(code: string, message: string, options: FindingOptions = {}): void {
    this.#collect('notice', code, message, options);
  }

  /** Findings that somebody else has made: the result of a pure check, or another collector. */
  add(findings: readonly Finding[]): void {
    this.#collected.push(...findings);
  }

  /**
   * The value, or undefined when a `UserError` was thrown: its findings are collected, at this place when they have none
   * of their own, and the other checks go on. Any other error is a bug and passes.
   */
  attempt<T>(at: Location | undefined, read: () => T, options: AttemptOptions = {}): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.add(error.findings.map((finding) => placed(finding, at, options)));
      return undefined;
    }
  }

  /** Everything that was collected so far, in its order. */
  get all(): readonly Finding[] {
    return [...this.#collected];
  }

  get hasErrors(): boolean {
    return this.#collected.some(({ level }) => level === 'error');
  }

  /** Throws one `UserError` with everything that was collected, when an error is among it; `shown` may choose and sort. */
  throwIfErrors(shown: (findings: readonly Finding[]) => readonly Finding[] = (all) => all): void {
    if (this.hasErrors) throw UserError.of(shown(this.all));
  }

  #collect(level: Finding['level'], code: string, message: string, { hint, at }: FindingOptions): void {
    this.#collected.push({ level, code, message, hint, location: at });
  }
}

function placed(finding: Finding, at: Location | undefined, { code, subject }: AttemptOptions): Finding {
  const { message, location = at } = finding;
  return {
    ...finding,
    code: code !== undefined && finding.code === NO_CODE ? code : finding.code,
    message: subject === undefined ? message : `${subject}: ${message}`,
    location,
  };
}

/** What `UserError` writes when it is thrown without a code. */
const NO_CODE = 'input';

/** Defaults are checked with every job that has them; each problem is reported once. */
export function distinct<T>(findings: readonly T[]): readonly T[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
