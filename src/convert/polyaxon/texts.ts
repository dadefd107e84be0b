import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf } from '../python/value.ts';

const TEMPLATE = /\{\{\s*([^{}]{0,300}?)\s*\}\}|\{%[\s\S]{0,300}?%\}|\{\{/g;

/** What contexts of Polyaxon are here. */
const CONTEXTS: Readonly<Record<string, string>> = {
  run_outputs_path: 'outputs',
  run_artifacts_path: '.',
  artifacts_path: '.',
  run_uuid: '{{ run.id }}',
  uuid: '{{ run.id }}',
};

/** Texts of the file with its templates as those of a job. */
export class Texts {
  readonly #known: ReadonlySet<string>;
  readonly #values: ReadonlyMap<string, string>;
  readonly #findings: Findings;

  constructor(known: ReadonlySet<string>, values: ReadonlyMap<string, string>, findings: Findings) {
    this.#known = known;
    this.#values = values;
    this.#findings = findings;
  }

  /** The words of a text or a list, of which one may be all params. */
  words(value: PyValue | undefined): readonly string[] {
    if (value === undefined || value.kind === 'none') return [];
    const items = value.kind === 'list' ? value.items : [value];
    return items.flatMap((item) => {
      const text = scalarOf(item) ?? '';
      if (/^\{\{\s*params\.as_args\s*\}\}$/.test(text))
        return [...this.#known].map((name) => `--${name}={{ ${name} }}`);
      return [this.text(text, item.at)];
    });
  }

  text(text: string, at: Location): string {
    return text.replace(TEMPLATE, (whole: string, expression?: string) => {
      const found = expression === undefined ? undefined : this.#inOurs(expression);
      if (found !== undefined) return found;
      if (whole !== '{{')
        report(`template "${whole.slice(0, 60)}": there is nothing like it in a job`, at, this.#findings);
      return whole.replaceAll('{{', "{{ '{{' }}");
    });
  }

  /** A text that no template of ours can stand in: the values that the file has. */
  filled(text: string, at: Location): string | undefined {
    let isWhole = true;
    const filled = text.replace(TEMPLATE, (whole: string, expression?: string) => {
      const name = expression === undefined ? undefined : nameIn(expression);
      const value = name === undefined ? undefined : this.#values.get(name);
      if (value === undefined) {
        isWhole = false;
        report(`template "${whole.slice(0, 60)}": its value is not in the file`, at, this.#findings);
      }
      return value ?? '';
    });
    return isWhole ? filled : undefined;
  }

  #inOurs(expression: string): string | undefined {
    const [, argument] = /^params\.([\w-]+)\.as_arg$/.exec(expression) ?? [];
    if (argument !== undefined && this.#known.has(argument)) return `--${argument}={{ ${argument} }}`;
    const name = nameIn(expression);
    if (name !== undefined && this.#known.has(name)) return `{{ ${name} }}`;
    const context = expression.replace(/^(?:globals|run)\./, '');
    return Object.hasOwn(CONTEXTS, context) ? CONTEXTS[context] : undefined;
  }
}

function nameIn(expression: string): string | undefined {
  return /^(?:(?:params|inputs|matrix)\.)?([A-Za-z_][\w-]*?)(?:\.value)?$/.exec(expression)?.[1];
}
