import type { Findings } from '../findings.ts';
import { holdsPassword, looksSecret } from '../jobspec/values/names.ts';
import { escapeBraces, type Field, type Fields, orNothing } from './draft/fields.ts';
import { report, reportComputed } from './not-converted.ts';
import { type PyValue, scalarOf } from './python/value.ts';

/** What is said of a text that no file may hold. */
export const OF_STEP = 'its address has a password, so that the run takes it from the step';

const OF_CALLER = /^os\.(?:environ\.get\(|getenv\(|environ\[)\s*["'](\w+)["']|^\$\{(\w+)\}$/;

/** Variables of a run: their values, or that whoever starts it gives them; of secrets only the names. */
export class Environment {
  readonly #env = new Map<string, string | null>();
  readonly #secrets = new Set<string>();

  addAll(what: string, value: PyValue | undefined, findings: Findings): void {
    if (value === undefined || value.kind === 'none') return;
    if (value.kind !== 'dict') {
      reportComputed(what, value, findings);
      return;
    }
    for (const [key, item] of value.entries) this.#add(what, key, item, findings);
  }

  /** Takes what an image must not hold; undefined: it is nothing of the kind. */
  takes(name: string, value: PyValue): boolean {
    const isSecret = looksSecret(name) || holdsPassword(scalarOf(value) ?? '');
    const isOther = isSecret || callerNameOf(value) === name;
    if (isSecret) this.#secrets.add(name);
    else if (isOther) this.#env.set(name, null);
    return isOther;
  }

  get fields(): Fields {
    const env = [...this.#env].map(([name, text]): [string, Field] => [
      name,
      text === null ? null : escapeBraces(text),
    ]);
    return { env: orNothing(Object.fromEntries(env)), secrets: orNothing([...this.#secrets]) };
  }

  #add(what: string, key: PyValue, value: PyValue, findings: Findings): void {
    const name = scalarOf(key);
    if (name === undefined) reportComputed(what, key, findings);
    else if (!this.takes(name, value)) this.#addText(what, name, value, findings);
    else if (holdsPassword(scalarOf(value) ?? '')) report(`${what}: ${name}: ${OF_STEP}`, value.at, findings);
  }

  #addText(what: string, name: string, value: PyValue, findings: Findings): void {
    const text = scalarOf(value);
    const known = this.#env.get(name);
    if (text === undefined) reportComputed(`${what}: ${name}`, value, findings);
    else if (known !== undefined && known !== text)
      report(
        `${what}: ${name} has another value than elsewhere, and the job has the first`,
        value.at,
        findings,
      );
    else this.#env.set(name, text);
  }
}

/** The variable of the caller that a value is read from. */
function callerNameOf(value: PyValue): string | undefined {
  const text = expressionOf(value);
  const [, inPython, inBraces] = OF_CALLER.exec(text) ?? [];
  return inPython ?? inBraces;
}

function expressionOf(value: PyValue): string {
  if (value.kind === 'computed' || value.kind === 'text') return value.text;
  if (value.kind === 'name') return value.name;
  const [first] = value.kind === 'call' ? value.values : [];
  return value.kind === 'call' && first?.kind === 'text' ? `${value.name}("${first.text}"` : '';
}
