import type { Findings } from '../../findings.ts';
import { report, reportComputed } from '../not-converted.ts';
import { lastPart, type PyCall, type PyValue, scalarOf } from '../python/value.ts';

export type Manager = 'pypi' | 'conda';

/** Packages of all steps in one image, by name; of two versions the first stays. */
export class Packages {
  readonly #versions = new Map<string, string>();
  readonly #manager: Manager;

  constructor(manager: Manager) {
    this.#manager = manager;
  }

  add(decorator: PyCall, owner: string, findings: Findings): void {
    for (const key of ['libraries', 'packages']) {
      const value = decorator.keywords.get(key);
      if (value === undefined) continue;
      if (value.kind === 'dict') for (const entry of value.entries) this.#addOne(entry, owner, findings);
      else reportComputed(`@${lastPart(decorator.name)} of ${owner}: ${key}`, value, findings);
    }
  }

  #addOne([key, value]: readonly [PyValue, PyValue], owner: string, findings: Findings): void {
    const [name, version] = [scalarOf(key), scalarOf(value)];
    if (name === undefined || version === undefined) {
      reportComputed(`package ${name ?? ''} of ${owner}`, name === undefined ? key : value, findings);
      return;
    }
    const known = this.#versions.get(name);
    if (known === undefined) this.#versions.set(name, version);
    else if (known !== version)
      report(
        `${owner} has ${name} ${version}, and the image ${known}: one image is for all steps`,
        key.at,
        findings,
      );
  }

  get texts(): readonly string[] {
    return [...this.#versions].map(([name, version]) => this.#textOf(name, version.trim()));
  }

  /** A version without an operator is exactly that one. */
  #textOf(name: string, version: string): string {
    if (version === '' || version === '*') return name;
    if (/^@\s*\S/.test(version)) return `${name} ${version}`;
    const isExact = /^[\w.*+!-]+$/.test(version);
    if (this.#manager === 'conda' && version.includes('*')) return `${name}=${version.replace(/\.\*$/, '')}`;
    if (this.#manager === 'conda' && !isExact) return `${name} ${version.replace(/\s/g, '')}`;
    return isExact ? `${name}==${version}` : `${name}${version.replace(/\s/g, '')}`;
  }
}
