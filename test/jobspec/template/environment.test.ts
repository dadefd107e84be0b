import { describe, expect, it } from '@jest/globals';
import { renderEnvironment } from '../../../src/jobspec/template/environment.ts';
import { findingsOf, linesOf, readJob } from '../read.ts';

const values = (given: Readonly<Record<string, string>>) => new Map(Object.entries(given));

describe('the variables of a run', () => {
  it('may use one another, wherever they stand', () => {
    const { env } = readJob('env: { A: "{{ env.B }}/a", B: "{{ env.C }}/b", C: c }');

    expect([...renderEnvironment(env, new Map())]).toEqual([
      ['A', 'c/b/a'],
      ['B', 'c/b'],
      ['C', 'c'],
    ]);
  });

  it('may use params, and take values of the caller', () => {
    const { env } = readJob(
      'params: { lr: 1e-4 }\nenv: { LR: "{{ lr }}", HOST: , URL: "https://{{ env.HOST }}/" }',
    );

    expect(renderEnvironment(env, values({ lr: '1e-4', 'env.HOST': 'h' }))).toEqual(
      values({ LR: '1e-4', HOST: 'h', URL: 'https://h/' }),
    );
  });

  it('are not quoted, for no shell reads them', () => {
    const { env } = readJob(`params: { x: a }\nenv: { X: "'{{ x }}'" }`);

    expect(renderEnvironment(env, values({ x: `it's "$x"` })).get('X')).toBe(`'it's "$x"'`);
  });

  it('fail when the caller gives no value', () => {
    const { env } = readJob('env: { HOST: }');

    expect(linesOf(findingsOf(() => renderEnvironment(env, new Map())))).toEqual([
      ' the variable "HOST" has no value',
    ]);
  });
});
