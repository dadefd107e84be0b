import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { Repository } from '../../../src/oci/types.ts';
import {
  isWithoutRights,
  type PushRight,
  pushRight,
  READ_ONLY,
  stayingLocal,
} from '../../../src/steps/images/push-right.ts';

const REPOSITORY: Repository = { registry: 'ghcr.io', path: 'acme/train' };
const LOCAL = 'keep images in the local engine with `registry: none`';
const DENIED = new UserError('GET manifest: DENIED (403)', { code: 'registry-denied', hint: 'log in' });
const REFUSED = new UserError('POST upload: DENIED (403)', { code: 'registry-denied', hint: 'ask ada' });
const REFUSED_WITHOUT_HINT = new UserError('POST upload: DENIED (403)', { code: 'registry-denied' });

interface Asked {
  readonly right: PushRight;
  readonly asked: string[];
}

function rightThat(refused: UserError | undefined): Asked {
  const asked: string[] = [];
  const pushRefusal = async ({ registry, path }: Repository) => {
    asked.push(`${registry}/${path}`);
    return refused;
  };
  return { right: pushRight(REPOSITORY, { pushRefusal }), asked };
}

describe('the right to push', () => {
  it('is asked for once, and nobody builds who does not have it', async () => {
    const { right, asked } = rightThat(REFUSED);

    await expect(right.require()).rejects.toMatchObject({
      kind: 'input',
      message: 'the login for ghcr.io may not push to "acme/train": POST upload: DENIED (403)',
      findings: [{ level: 'error', code: 'no-push-rights', hint: `ask ada; or ${LOCAL}` }],
      cause: REFUSED,
    });
    expect(await right.refusal()).toBe(REFUSED);
    expect(asked).toEqual(['ghcr.io/acme/train']);
  });

  it('is all that is required', async () => {
    const { right, asked } = rightThat(undefined);

    await expect(right.require()).resolves.toBeUndefined();
    expect(await right.refusal()).toBeUndefined();
    expect(asked).toEqual(['ghcr.io/acme/train']);
  });

  it('that nothing would open leaves the local engine', async () => {
    await expect(rightThat(REFUSED_WITHOUT_HINT).right.require()).rejects.toMatchObject({
      findings: [{ hint: LOCAL }],
    });
  });
});

describe('what stands under a tag', () => {
  it('is read without a question about rights', async () => {
    const { right, asked } = rightThat(REFUSED);

    expect(await right.reading(async () => 'image')).toBe('image');
    expect(asked).toEqual([]);
  });

  it.each([
    ['a bug', new Error('registry-denied')],
    ['a registry that nobody reaches', new UserError('no answer', { kind: 'unavailable' })],
    [
      'a denial that is not the whole',
      UserError.of([
        { level: 'error', code: 'registry-denied', message: 'denied' },
        { level: 'error', code: 'unavailable', message: 'no answer' },
      ]),
    ],
  ])('is unknown after %s, whatever the right', async (_, error) => {
    const { right, asked } = rightThat(undefined);

    await expect(right.reading(() => Promise.reject(error))).rejects.toBe(error);
    expect(asked).toEqual([]);
  });

  it('is unknown where it is denied and nothing may be pushed', async () => {
    const { right } = rightThat(REFUSED);

    await expect(right.reading(() => Promise.reject(DENIED))).rejects.toMatchObject({
      message:
        'whether the image is in ghcr.io/acme/train is not known, and nothing may be pushed there: GET manifest: DENIED (403)',
      findings: [{ code: 'no-push-rights', hint: `ask ada; or ${LOCAL}` }],
      cause: DENIED,
    });
  });

  it('is read once more by who may push, and is unknown when that is denied too', async () => {
    const { right } = rightThat(undefined);
    let reads = 0;
    const denied = () => {
      reads += 1;
      return Promise.reject(DENIED);
    };

    await expect(right.reading(denied)).rejects.toBe(DENIED);
    expect(reads).toBe(2);
  });

  it('is what a registry says to who only looks, and nothing is pushed by them', async () => {
    expect(await READ_ONLY.reading(async () => 'image')).toBe('image');
    await expect(READ_ONLY.reading(() => Promise.reject(DENIED))).rejects.toBe(DENIED);
    await expect(READ_ONLY.require()).rejects.toThrow('nothing is pushed by who only looks');
  });
});

describe('an error', () => {
  it('says that nobody knows and nothing may be pushed, or something else', () => {
    const none = { level: 'error', code: 'no-push-rights', message: 'none' } as const;

    expect(isWithoutRights(UserError.of([none, none]))).toBe(true);
    expect(isWithoutRights(UserError.of([none, { ...none, code: 'build' }]))).toBe(false);
    expect(isWithoutRights(DENIED)).toBe(false);
    expect(isWithoutRights(new Error('no-push-rights'))).toBe(false);
    expect(isWithoutRights(undefined)).toBe(false);
  });
});

describe('an image that nobody asked to push', () => {
  it('stays on this machine, with a warning that says how it would not', () => {
    expect(stayingLocal(REPOSITORY, REFUSED)).toEqual({
      level: 'warning',
      code: 'no-push-rights',
      message: 'the token may not push to ghcr.io/acme/train, so images stay in the local engine',
      hint: `ask ada; or ${LOCAL}`,
    });
  });
});
