import { describe, expect, it } from '@jest/globals';
import { type Finding, UserError } from '../src/errors.ts';
import { Findings } from '../src/findings.ts';

const PLACE = { file: 'jobimg.yml', line: 3, column: 1 };
const WARNING: Finding = { level: 'warning', code: 'moving-tag', message: 'the tag moves' };

describe('findings', () => {
  it('are collected with their level, hint and place, in the order in which they are reported', () => {
    const findings = new Findings();

    findings.warning('moving-tag', 'the tag moves', { hint: 'write a version', at: PLACE });
    findings.error('image', 'there is no image');
    findings.notice('no-effect', 'it does nothing');
    findings.add([WARNING]);

    expect(findings.all).toEqual([
      {
        level: 'warning',
        code: 'moving-tag',
        message: 'the tag moves',
        hint: 'write a version',
        location: PLACE,
      },
      { level: 'error', code: 'image', message: 'there is no image' },
      { level: 'notice', code: 'no-effect', message: 'it does nothing' },
      WARNING,
    ]);
  });

  it('are no error as long as there are only warnings and notices', () => {
    const findings = new Findings();

    findings.add([WARNING, { ...WARNING, level: 'notice' }]);

    expect(findings.hasErrors).toBe(false);
    expect(() => findings.throwIfErrors()).not.toThrow();
  });

  it('are thrown together, warnings among them, when one is an error', () => {
    const findings = new Findings();
    findings.add([WARNING]);
    findings.error('image', 'there is no image');
    findings.error('env', 'there is no value');

    const error = thrownBy(() => findings.throwIfErrors());

    expect(error.message).toBe('there is no image\nthere is no value');
    expect(error.findings).toEqual(findings.all);
  });

  it('are thrown as their reader chooses and sorts them', () => {
    const findings = new Findings();
    findings.add([WARNING]);
    findings.error('image', 'first');
    findings.error('image', 'second');

    const error = thrownBy(() =>
      findings.throwIfErrors((all) => all.filter(({ level }) => level === 'error').toReversed()),
    );

    expect(error.findings.map(({ message }) => message)).toEqual(['second', 'first']);
  });
});

describe('an attempt', () => {
  it('gives what was read, and reports nothing', () => {
    const findings = new Findings();

    expect(findings.attempt(PLACE, () => 3)).toBe(3);
    expect(findings.all).toEqual([]);
  });

  it('reports what the user has to change, at its place, and gives nothing', () => {
    const findings = new Findings();

    const value = findings.attempt(PLACE, () => {
      throw new UserError('"x" is not a size', { hint: 'write 8GB' });
    });

    expect(value).toBeUndefined();
    expect(findings.all).toEqual([
      { level: 'error', code: 'input', message: '"x" is not a size', hint: 'write 8GB', location: PLACE },
    ]);
  });

  it('leaves the place that an error has itself', () => {
    const findings = new Findings();
    const location = { file: 'requirements.txt', line: 7 };

    findings.attempt(PLACE, () => {
      throw new UserError('it does not exist', { code: 'file-not-found', location });
    });

    expect(findings.all).toMatchObject([{ code: 'file-not-found', location }]);
  });

  it('says what was read, and gives its code to an error that has none', () => {
    const findings = new Findings();
    const options = { code: 'invalid-value', subject: 'env_vars' };

    findings.attempt(PLACE, () => refuse(undefined), options);
    findings.attempt(PLACE, () => refuse('secret-in-image'), options);

    expect(findings.all).toMatchObject([
      { code: 'invalid-value', message: 'env_vars: it is refused' },
      { code: 'secret-in-image', message: 'env_vars: it is refused' },
    ]);
  });

  it('lets a bug pass', () => {
    const findings = new Findings();

    const read = () =>
      findings.attempt(PLACE, () => {
        throw new TypeError('a bug');
      });

    expect(read).toThrow(TypeError);
    expect(findings.all).toEqual([]);
  });
});

function refuse(code: string | undefined): never {
  throw new UserError('it is refused', code === undefined ? {} : { code });
}

function thrownBy(work: () => void): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
