import { describe, expect, it } from '@jest/globals';
import { titlesOf } from '../../../src/build/progress/step-titles.ts';
import { step } from '../requests.ts';

const APT = step('apt', 'apt-get install x');
const PIP = step('requirements', 'pip install y');
const DOCKERFILE = `FROM base
RUN --mount=type=tmpfs,target=/tmp <<'JOBIMG_0000000000000001'
apt-get install x
JOBIMG_0000000000000001
RUN <<'JOBIMG_0000000000000002'
pip install y
JOBIMG_0000000000000002

# open the work directory
RUN <<'JOBIMG_0000000000000003'
chmod 0777 /workspace
JOBIMG_0000000000000003
`;
const titleOf = titlesOf({ dockerfile: DOCKERFILE, steps: [APT, PIP] });

describe('titlesOf', () => {
  it('finds the step of the plan behind a vertex', () => {
    const name = "[stage-0 3/4] RUN <<'JOBIMG_0000000000000002' (pip install y...)";

    expect(titleOf(name)).toEqual({ title: 'requirements', step: PIP, runs: true, quiet: false });
  });

  it('calls a further step of ours by its comment', () => {
    expect(titleOf("[5/5] RUN <<'JOBIMG_0000000000000003' (chmod...)")).toEqual({
      title: 'open the work directory',
      step: undefined,
      runs: true,
      quiet: false,
    });
  });

  it.each([
    [
      '[2/4] RUN --mount=type=cache,target=/c --network=none make   all',
      { title: 'RUN make all', runs: true, quiet: false },
    ],
    ['[linux/arm64 build 2/9] COPY --link a /b', { title: 'COPY a /b', runs: false, quiet: true }],
    [
      `[1/4] FROM r/p@sha256:${'ab'.repeat(32)}`,
      { title: 'base r/p@sha256:abababababab…', runs: false, quiet: true },
    ],
    ['exporting to image', { title: 'image', runs: false, quiet: false }],
    ['[internal] load metadata for x', undefined],
    ['[stage-0 4/4] WORKDIR /workspace', undefined],
    ['copy /context /', undefined],
  ])('calls "%s" by what a person knows', (name, title) => {
    expect(titleOf(name)).toEqual(title);
  });

  it('keeps titles to a line', () => {
    expect(titleOf(`[2/4] RUN ${'x'.repeat(500)}`)?.title).toHaveLength(100);
  });
});
