import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import { idInputs } from '../../src/plan/id-inputs.ts';
import { carriedCode, carry, carryPlatforms, readCarried } from '../../src/plan/inputs-annotation.ts';
import type { FileEntry } from '../../src/plan/plan.ts';

function file(path: string, text = path): FileEntry {
  return { path, kind: 'file', executable: false, content: sha256(text).slice(7), size: text.length };
}

const files = (count: number, folder: string): readonly FileEntry[] =>
  Array.from({ length: count }, (_, index) => file(`${folder}${index}.py`));

describe('the inputs that travel with an image', () => {
  it('are names with short hashes, and bases by digest', () => {
    const digest = sha256('base');
    const inputs = idInputs({ generator: 1, 'base docker.io/library/python:3.13': digest });

    const carried = carry(inputs, { 'base docker.io/library/python:3.13': digest });

    expect(JSON.parse(carried)).toEqual({
      'base docker.io/library/python:3.13': digest,
      generator: inputs['generator']?.slice(7, 19),
    });
  });

  it('have one text, whatever the order of the inputs', () => {
    expect(carry({ b: sha256('b'), a: sha256('a') })).toBe(carry({ a: sha256('a'), b: sha256('b') }));
  });

  it('name each file of a small program, and each folder of a large one', () => {
    expect(Object.keys(carriedCode([file('train.py'), file('src/a.py')]))).toEqual([
      'code train.py',
      'code src/a.py',
    ]);
    expect(Object.keys(carriedCode([...files(30, ''), ...files(30, 'src/')]))).toEqual([
      'code ./',
      'code src/',
    ]);
  });

  it('stay small: names that are too long become one hash for each kind', () => {
    const long = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`code ${'x'.repeat(1000)}${index}`, sha256(String(index))]),
    );

    const carried = carry({ generator: sha256('1'), ...long });

    expect(Object.keys(JSON.parse(carried))).toEqual(['code', 'generator']);
    expect(carried).not.toBe(carry({ generator: sha256('1'), ...long, 'code z': sha256('z') }));
  });

  it('are read back', () => {
    const text = carry({ a: sha256('a') }, { 'base b': 'sha256:b' });

    expect(readCarried(text)).toEqual(new Map([['', new Map(Object.entries(JSON.parse(text)))]]));
  });

  it.each([undefined, '', '{', '[]', '1', 'null', '{"a":1}', `{"a":"${'x'.repeat(100_000)}"}`])(
    'are not what somebody else wrote: %.20s',
    (text) => {
      expect(readCarried(text)).toBeUndefined();
    },
  );

  it('of an index are those of its images, by platform', () => {
    const parts = new Map([
      ['linux/amd64', carry({ generator: sha256('1') })],
      ['linux/arm64', carry({ generator: sha256('2') })],
    ]);

    const read = readCarried(carryPlatforms(parts));

    expect([...(read?.keys() ?? [])]).toEqual(['linux/amd64', 'linux/arm64']);
    expect(read?.get('linux/arm64')).toEqual(readCarried(parts.get('linux/arm64'))?.get(''));
  });

  it('of an index stay small too', () => {
    const names = Array.from({ length: 40 }, (_, index) => [
      `code ${'x'.repeat(300)}${index}`,
      sha256(`${index}`),
    ]);
    const part = carry(Object.fromEntries(names));

    const read = readCarried(
      carryPlatforms(
        new Map([
          ['linux/amd64', part],
          ['linux/arm64', part],
        ]),
      ),
    );

    expect([...(read?.get('linux/arm64')?.keys() ?? [])]).toEqual(['code']);
  });
});
