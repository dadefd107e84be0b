import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../../src/findings.ts';
import { asPolyaxon } from '../../../../src/jobspec/formats/polyaxon/command.ts';
import { readValues } from '../../../../src/jobspec/formats/polyaxon/params/values.ts';
import { str } from '../../../../src/jobspec/formats/python/py-value.ts';
import { pythonRepr } from '../../../../src/jobspec/formats/python/python-text.ts';
import { readMapping } from '../../../../src/jobspec/yaml/mapping.ts';
import { BUILD, commandOf } from './read.ts';

interface Vector {
  readonly name: string;
  readonly yaml: string;
  /** What Polyaxon's own parser made of the params, as Python prints it. */
  readonly params: string;
  /** What its own parser gave to bash, every blank collapsed. */
  readonly polyaxon: string;
  /** The command as it is run here. */
  readonly command: string;
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../../golden/polyaxon/vectors.json', import.meta.url), 'utf8'),
);

describe('vectors that Polyaxon 0.6.1 gave', () => {
  it.each(VECTORS)('$name: the params have the same values', ({ yaml, params }) => {
    const root = readMapping({ path: 'polyaxonfile.yml', text: yaml });
    const given = {
      params: new Map(),
      elsewhere: new Set<string>(),
      toRun: false,
      undefinedNames: 'error',
    } as const;

    const findings = new Findings();

    const values = readValues(root, given, findings);

    const entries = [...values].map(([name, value]) => [str(name), value] as const);
    expect(findings.all).toEqual([]);
    expect(pythonRepr({ kind: 'dict', entries })).toBe(params);
  });

  it.each(VECTORS)('$name: the command is the same to bash', ({ yaml, polyaxon, command }) => {
    const text = commandOf(BUILD + yaml);

    expect(text).toBe(command);
    expect(asPolyaxon(text)).toBe(polyaxon);
  });
});
