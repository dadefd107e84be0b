import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { proposeSpec } from '../../src/init/propose.ts';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import { createTree } from '../../src/source/files/tree.ts';
import { main } from '../../src/steps/main.ts';
import { fakeWorld } from '../fakes/tools.ts';

const GOLDEN = join(import.meta.dirname, '../golden/init');
const CASES = readdirSync(GOLDEN);

describe.each(CASES)('a first spec for %s', (name) => {
  const repository = join(GOLDEN, name, 'repository');

  it('is what its golden file has', () => {
    const { text } = proposeSpec(createTree(repository));

    expect(text).toBe(readFileSync(join(GOLDEN, name, 'jobimg.yml'), 'utf8'));
  });

  it('has nothing that a check complains of', async () => {
    const { text } = proposeSpec(createTree(repository));
    const world = fakeWorld({ ...filesOf(repository), 'jobimg.yml': text });

    const { findings } = await main(
      { ...INPUT_DEFAULTS, folder: '/repository', until: 'plan', check: true, offline: true },
      world.tools,
    );

    expect(findings.filter(({ level }) => level !== 'notice')).toEqual([]);
  });
});

describe('a repository that has a spec', () => {
  it.each([
    ['jobimg.yml', 'look at what it gives with: jobimg plan'],
    [
      'valohai.yaml',
      'it is read as it is: jobimg run; to go on with a jobimg.yml instead: jobimg convert --output jobimg.yml valohai.yaml, and remove it',
    ],
  ])('keeps its %s', (name, hint) => {
    const tree = { has: (path: string) => path === name, text: () => undefined, list: () => [name] };

    expect(thrownBy(() => proposeSpec(tree))).toMatchObject({
      message: `"${name}" is a job spec already, and nothing is written`,
      findings: [{ hint }],
    });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}
