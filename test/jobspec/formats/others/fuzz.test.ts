import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findSpec } from '../../../../src/jobspec/find.ts';
import { parseSpec } from '../../../../src/jobspec/parse.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { illTold } from '../../ill-told.ts';
import { findingsOf } from '../../read.ts';

const PATHS = [
  'Dockerfile',
  'a.Dockerfile',
  'x.py',
  'run.sh',
  'ci.yml',
  'compose.yaml',
  'bundle.json',
  'sheet.md',
  'x',
];
const PIECES = [
  ...[
    'FROM a',
    'CMD ["x", "y"]',
    'CMD z',
    'CMD [',
    'class F(FlowSpec):',
    'on: push',
    'jobs:',
    '  t:',
    '    runs-on: x',
  ],
  ...[
    '    steps:',
    '      - run: npm test',
    '      - uses: a/b',
    'services:',
    '  a:',
    '    image: b',
    '    command: [c]',
  ],
  ...[
    '    build: .',
    'settings:',
    '  docker:',
    '    parent_image: a',
    '    requirements: [b]',
    '    apt_packages: [c]',
  ],
  ...[
    'request_docker_image: a',
    'request_gpus: 1',
    '"bundle_type": "run"',
    'cl run "x" --request-docker-image y',
  ],
  ...[
    '% display x',
    '[run a]{0x1}',
    '{',
    '}',
    ': ',
    '- ',
    'version: 1',
    'kind: job',
    '- step:',
    '\\',
    '"',
    '\t',
    '',
  ],
];
const MOST_MS = 10_000;

it('whatever file is named as a spec is answered soon, and at a place in it', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join('\n')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

  fc.assert(
    fc.property(fc.constantFrom(...PATHS), text, (path, content) => {
      const tree = { has: () => true, text: () => content, list: () => [] };
      const start = performance.now();
      const findings = findingsOf(() => parseSpec(findSpec(tree, [path])));
      const time = performance.now() - start;
      const named = new RegExp(`^${path.replaceAll('.', '\\.')}$`);

      expect([illTold(findings, content, named), time < MOST_MS]).toEqual([[], true]);
    }),
    { numRuns: fuzzRuns(300, 1) },
  );
});
