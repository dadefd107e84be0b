import { describe, expect, it } from '@jest/globals';
import { floorOf, takenBy } from '../../src/disk/reserve.ts';
import { byLikelihood, isCandidate, strayFinding } from '../../src/run/undeclared-outputs.ts';

const PLACES = {
  from: '/workspace',
  home: '/home/job',
  outputs: ['outputs', 'runs/best'],
  given: new Set<string>(),
};

describe('a file that was written beside the outputs', () => {
  it.each([
    ['/workspace/model.pt', true],
    ['/workspace/checkpoints/3/model.pt', true],
    ['/home/job/model.pt', true],
    ['/workspace/outputs', false],
    ['/workspace/outputs/model.pt', false],
    ['/workspace/outputs-of-mine/model.pt', true],
    ['/workspace/runs/best/model.pt', false],
    ['/workspace/runs/model.pt', true],
    ['/workspace/__pycache__/train.pyc', false],
    ['/workspace/.cache/hub/model.pt', false],
    ['/home/job/.cache/hub/model.pt', false],
    ['/workspace/venv/lib/a.so', false],
    ['/tmp/model.pt', false],
    ['/etc/passwd', false],
  ])('is worth a word at %s: %s', (path, isTold) => {
    expect(isCandidate(path, PLACES)).toBe(isTold);
  });

  it('is none that was there before', () => {
    expect(isCandidate('/workspace/data.csv', { ...PLACES, given: new Set(['/workspace/data.csv']) })).toBe(
      false,
    );
  });

  it('is not a file of the system where the work directory is the root', () => {
    const places = { ...PLACES, from: '/', home: '/tmp' };

    expect(
      ['/usr/lib/a.so', '/var/log/a', '/model.pt', '/data/model.pt'].map((path) => isCandidate(path, places)),
    ).toEqual([false, false, true, true]);
  });

  it('comes first by its ending, then by its place', () => {
    expect(['/w/a/b/c', '/w/z', '/w/a/b/c.pt', '/w/x.pt'].sort(byLikelihood)).toEqual([
      '/w/x.pt',
      '/w/a/b/c.pt',
      '/w/z',
      '/w/a/b/c',
    ]);
  });

  it('is told of with all others in one line', () => {
    const files = [1, 5, 3, 2].map((size) => ({ path: `/workspace/${size}.bin`, size: size * 1e9 }));

    expect(strayFinding(files, PLACES)?.message).toBe(
      'the job wrote "5.bin", 5.0 GB; "3.bin", 3.0 GB; "2.bin", 2.0 GB; and 1 more, which are not below outputs/ or runs/best/, and removed with the container',
    );
    expect(strayFinding([{ path: '/workspace/notes', size: 900_000 }], PLACES)).toBeUndefined();
  });
});

describe('the room on a disk', () => {
  it.each([
    [10e9, 256 * 1024 ** 2],
    [100e6, 50e6],
    [0, 0],
  ])('with %d bytes free keeps %d', (free, floor) => {
    expect(floorOf(free)).toBe(floor);
  });

  it('is taken in blocks', () => {
    expect([0, 1, 4_096, 4_097].map(takenBy)).toEqual([512, 4_608, 4_608, 8_704]);
  });
});
