import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ROOT, read } from './repository.ts';

interface TestSequence {
  expectedSeconds(path: string): number;
}

const { expectedSeconds }: TestSequence = await import(
  pathToFileURL(join(ROOT, 'scripts/test-sequence.mjs')).href
);

describe('the order of the test files', () => {
  it('names no file that is gone', () => {
    const named = Object.keys(JSON.parse(read('scripts/test-seconds.json')));

    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has what is known to take long first, then what starts an engine', () => {
    const paths = ['test/findings.test.ts', 'test/e2e/tls-engine.test.ts', 'test/e2e/packages/conda.test.ts'];

    const sorted = paths.toSorted((a, b) => expectedSeconds(b) - expectedSeconds(a));

    expect(sorted).toEqual(paths.toReversed());
  });
});
