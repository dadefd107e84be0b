import { describe, expect, it } from '@jest/globals';
import { failureError } from '../../../src/build/failure/error.ts';
import { buildPlan } from '../requests.ts';

const DOCKERFILE = [
  '# syntax=docker/dockerfile:1',
  'FROM a AS build',
  'RUN make',
  'FROM b',
  'COPY --from=build /gone /x',
  'COPY --from=0 \\',
  '  /gone /x',
  'RUN --mount=type=bind,from=c:1,source=/gone,target=/y true',
  'COPY gone /x',
  '',
].join('\n');

function hintFor(line: number, dockerfile = DOCKERFILE): string | undefined {
  const record = {
    text: [
      `.jobimg/Dockerfile:${line}`,
      'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref x::y: "/gone": not found',
    ],
    stepStarted: false,
  };
  const plan = buildPlan({ dockerfile, ownPath: 'Dockerfile' });
  return failureError({ kind: 'missing-file', retries: 0 }, record, plan).findings[0]?.hint;
}

describe('a file that the build does not find', () => {
  it.each([
    [5, 'the stage "build" has no such file'],
    [6, 'the stage "0" has no such file'],
    [8, 'the image "c:1" has no such file'],
    [9, 'check the path that the message names'],
    [99, 'check the path that the message names'],
  ])('in line %i has the hint "%s"', (line, hint) => {
    expect(hintFor(line)).toContain(hint);
  });

  it('of a Dockerfile that nobody can read has the usual hint', () => {
    expect(hintFor(2, 'RUN <<X\nCOPY --from=a b c\n')).toBe('check the path that the message names');
  });
});
