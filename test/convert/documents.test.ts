import { describe, expect, it } from '@jest/globals';
import { blocksOf } from '../docs/snippets.ts';
import { converted, planned } from './converted.ts';

const FILES = {
  'requirements.txt': 'numpy==2.2.3\n',
  'polyaxon_requirements.txt': 'numpy==2.2.3\n',
  'pyproject.toml': '[project]\nname = "acme"\nversion = "1"\n',
};

const PAIRS = [
  ['docs/from-metaflow.md', 'train_flow.py'],
  ['docs/from-zenml.md', 'run.py'],
  ['docs/from-zenml.md', 'other/config.yaml'],
  ['docs/from-codalab.md', 'train.sh'],
  ['docs/from-polyaxon.md', 'polyaxonfile.yml'],
  ['docs/from-polyaxon.md', 'later/polyaxonfile.yml'],
] as const;

/** The text of a file of the page, and of what it becomes: the next one without a name whose keys are ours. */
function pairIn(document: string, file: string): readonly [before: string, after: string] {
  const blocks = blocksOf(document);
  const at = blocks.findIndex((block) => block.file === file);
  const after = blocks.slice(at + 1).find((one) => one.kind === 'yaml' && /^image:/m.test(one.text));
  return [blocks[at]?.text ?? '', after?.text ?? ''];
}

describe('the files of the documents', () => {
  it.each(PAIRS)('%s: %s becomes what stands behind it, and is planned', (document, file) => {
    const [before, after] = pairIn(document, file);

    const { spec } = converted(file, before);

    expect(spec).toBe(after);
    expect(planned(spec, FILES)).toHaveLength(1);
  });
});
