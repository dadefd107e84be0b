import { describe, expect, it } from '@jest/globals';
import { read } from '../docs/repository.ts';
import { converted, planned } from './converted.ts';

/** Every text of the section, in its order. */
function textsIn(document: string): readonly string[] {
  const [, section = ''] = /^## Before and after\n([\s\S]*?)^## /m.exec(read(document)) ?? [];
  return [...section.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
}

const FILES = {
  'requirements.txt': 'numpy==2.2.3\n',
  'polyaxon_requirements.txt': 'numpy==2.2.3\n',
  'pyproject.toml': '[project]\nname = "acme"\nversion = "1"\n',
};

const PAIRS: readonly (readonly [document: string, file: string, before: number, after: number])[] = [
  ['docs/from-metaflow.md', 'train_flow.py', 0, 1],
  ['docs/from-zenml.md', 'run.py', 0, 1],
  ['docs/from-zenml.md', 'config.yaml', 2, 3],
  ['docs/from-codalab.md', 'train.sh', 0, 1],
  ['docs/from-polyaxon.md', 'polyaxonfile.yml', 0, 1],
  ['docs/from-polyaxon.md', 'polyaxonfile.yml', 2, 3],
];

describe('the files of the documents', () => {
  it.each(PAIRS)('%s: %s becomes what stands behind it, and is planned', (document, file, before, after) => {
    const texts = textsIn(document);

    const { spec } = converted(file, texts[before] ?? '');

    expect(spec).toBe(texts[after]);
    expect(planned(spec, FILES)).toHaveLength(1);
  });

  it('have the lines of what is left out', () => {
    const [flow = '', , lines = ''] = textsIn('docs/from-metaflow.md');

    const { lines: told } = converted('train_flow.py', flow);

    expect(told.map((line) => line.replace(/^\d+: /, ''))).toEqual(
      lines
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\S+ /, '')),
    );
  });
});
