import { describe, expect, it } from '@jest/globals';
import { idOf } from '../../src/oci/canonical.ts';
import { GENERATORS, generatorOf } from '../../src/plan/generators.ts';
import { CUT_GENERATOR, GENERATOR, OWN_GENERATOR } from '../../src/plan/id-inputs.ts';
import { type CarriedInputs, otherCommit, type PlannedInputs } from '../../src/plan/other-commit.ts';

const IMAGE = 'ghcr.io/acme/train@sha256:1';

function hash(number: number): string {
  return idOf(number).slice('sha256:'.length, 'sha256:'.length + 12);
}

interface Made {
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: Readonly<Record<string, string>>;
  readonly generator?: number;
}

function carried({ environment = {}, image = {}, generator = 7 }: Made): CarriedInputs {
  const number = { generator: hash(generator) };
  return {
    environment: new Map([['', new Map(Object.entries({ ...number, ...environment }))]]),
    image: new Map([['', new Map(Object.entries({ generator: hash(7), ...image }))]]),
  };
}

function planned(job: string, made: Made, own = false): PlannedInputs {
  return { job, own, ...carried(made) };
}

describe('otherCommit', () => {
  it('compares with the job that comes closest', () => {
    const published = carried({ image: { 'code a.py': '1', 'code b.py': '1' } });
    const jobs = [
      planned('far', { environment: { 'file x.txt': '1' }, image: { 'code a.py': '2', 'code b.py': '2' } }),
      planned('near', { image: { 'code a.py': '1', 'code b.py': '2' } }),
    ];

    expect(otherCommit(IMAGE, published, jobs).message).toBe(
      `${IMAGE} is not what this commit gives: b.py changed`,
    );
  });

  it('does not tell the consequence beside its cause', () => {
    const published = carried({ environment: { 'file x.txt': '1' }, image: { environment: '1' } });
    const jobs = [planned('train', { environment: { 'file x.txt': '2' }, image: { environment: '2' } })];

    expect(otherCommit(IMAGE, published, jobs).message).toMatch(/: x\.txt changed$/);
  });

  it('says that there is no job to compare with', () => {
    expect(otherCommit(IMAGE, carried({}), []).message).toMatch(/: no job of the spec builds an image$/);
  });

  const RELEASES = [
    { release: 'v1', generated: 6, own: 3, cut: 1 },
    { release: 'v2', generated: 7, own: 4, cut: 2 },
  ];

  it.each([
    [6, false, 'generator 6', 'verify it with release v1 of jobimg'],
    [3, true, 'generator 3', 'verify it with release v1 of jobimg'],
    [5, false, 'generator 5', 'verify it with the release of jobimg that published it'],
    [2_000, false, 'another generator', 'verify it with the release of jobimg that published it'],
  ])('does not call an image of generator %d different', (generator, own, which, hint) => {
    const published = carried({ generator, environment: { dockerfile: '1' } });

    const finding = otherCommit(
      IMAGE,
      published,
      [planned('train', { environment: { dockerfile: '2' } }, own)],
      RELEASES,
    );

    expect(finding).toMatchObject({ code: 'other-generator', hint });
    expect(finding.message).toContain(`was built by ${which} of jobimg, and this release has generator 7`);
  });
});

describe('an image with much code of a release that put it into one layer', () => {
  const RELEASES = [
    { release: 'v1', generated: 7, own: 3, cut: 1 },
    { release: 'v2', generated: 7, own: 3, cut: 2 },
  ];
  const before = carried({ image: { generator: hash(1), encoder: '1', 'code src/': '1' } });

  it('is not called different', () => {
    const now = planned('train', { image: { generator: hash(2), encoder: '2', 'code src/': '1' } });

    expect(otherCommit(IMAGE, before, [now], RELEASES)).toMatchObject({
      code: 'other-generator',
      message: expect.stringContaining('generator 1 of jobimg, and this release has generator 2'),
      hint: 'verify it with release v1 of jobimg',
    });
  });

  it('is different where the code is', () => {
    const now = planned('train', { image: { generator: hash(2), encoder: '2', 'code src/': '2' } });

    expect(otherCommit(IMAGE, before, [now], RELEASES).code).toBe('other-commit');
  });
});

it('has a row for the numbers of this release', () => {
  expect(GENERATORS.at(-1)).toMatchObject({ generated: GENERATOR, own: OWN_GENERATOR, cut: CUT_GENERATOR });
  expect(generatorOf(new Map([['generator', hash(GENERATOR)]]))).toBe(GENERATOR);
});
