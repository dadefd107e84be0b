import { describe, expect, it } from '@jest/globals';
import { attachCommand } from '../../../src/run/detach/attach-command.ts';
import { defaultsOption } from '../../../src/run/detach/defaults-option.ts';
import { detachProblems, dyingLogin } from '../../../src/run/detach/detach.ts';
import { readJob } from '../../jobspec/read.ts';
import { job } from '../../report/results.ts';

const KUBERNETES = { name: 'kubernetes', options: {} } as const;

describe('what is wrong with leaving a job', () => {
  it.each([
    ['on this runner, where that goes with its job', {}, { hosted: true, here: true }, 'error'],
    ['on this machine, which stays', {}, { hosted: false, here: true }, undefined],
    ['on an engine elsewhere', {}, { hosted: true, here: false }, undefined],
    ['where outputs go with the pod', { backend: KUBERNETES }, { hosted: true, here: false }, 'warning'],
    [
      'where no outputs are wanted',
      { backend: { ...KUBERNETES, options: { outputs: 'none' } } },
      { hosted: true, here: false },
      undefined,
    ],
  ] as const)('%s', (_, changes, where, level) => {
    const found = detachProblems(job(changes), where);

    expect(found.map((finding) => finding.level)).toEqual(level === undefined ? [] : [level]);
  });

  it.each([
    ['docker', '', 0],
    ['docker', '{ max-parallel: 2, matrix: { x: [1, 2] } }', 0],
    ['kubernetes', '{ matrix: { x: [1, 2] } }', 0],
    ['kubernetes', '{ max-parallel: 1, matrix: { x: [1, 2] } }', 1],
    ['docker', '{ matrix: { x: [1, 2] } }', 1],
  ])('is that nobody starts one leg after the other: %s %s', (backend, strategy, count) => {
    const line = strategy === '' ? '' : `strategy: ${strategy}\n`;
    const legs = readJob(`name: train\nrun: a\nbackend: ${backend}\n${line}`);

    const found = detachProblems(legs, { hosted: false, here: false });

    expect(found.filter(({ code }) => code === 'detach-legs').length).toBe(count);
  });

  it.each([
    ['kubernetes', 'outputs: { paths: [o] }', ['warning']],
    ['kubernetes', 'outputs: { paths: [o], to: pvc:results }', []],
    ['{ kubernetes: { outputs: none } }', 'inputs: { a: data.csv }', ['notice']],
    ['docker', 'inputs: { a: data.csv }', []],
  ])('is what of its data needs this process: %s, %s', (backend, line, levels) => {
    const found = detachProblems(readJob(`name: train\nrun: a\nbackend: ${backend}\n${line}\n`), {
      hosted: true,
      here: false,
    });

    expect(found.map(({ level }) => level)).toEqual(levels);
  });

  it('is that nobody tries it again', () => {
    const retried = readJob('name: train\nrun: a\nretry: { max: 2, on: [interruption] }\n');

    const found = detachProblems(retried, { hosted: false, here: true });

    expect(found.map(({ code, level }) => [code, level])).toEqual([['detach-retry', 'warning']]);
    expect(found[0]?.location?.line).toBe(3);
  });

  it('is a login that ends with the job of the workflow', () => {
    expect(dyingLogin('ghcr.io', 'ghs_1', 'ghs_1')?.message).toContain('pulled from ghcr.io with the token');
    expect([dyingLogin('ghcr.io', 'ghp_2', 'ghs_1'), dyingLogin('ghcr.io', '', '')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('the command that attaches', () => {
  it.each([
    ['docker', {}, 'jobimg attach train-1'],
    ['docker', { context: 'lab' }, "jobimg attach train-1 --backend '{docker: {context: lab}}'"],
    [
      'kubernetes',
      { context: 'admin', namespace: 'ml' },
      "jobimg attach train-1 --backend '{kubernetes: {namespace: ml}}'",
    ],
    [
      'kubernetes',
      { context: 'lab', 'named-context': 'lab', namespace: 'ml' },
      "jobimg attach train-1 --backend '{kubernetes: {namespace: ml, context: lab}}'",
    ],
    [
      'kubernetes',
      { context: 'arn:aws:eks:eu-1:1:cluster/lab', 'named-context': 'arn:aws:eks:eu-1:1:cluster/lab' },
      `jobimg attach train-1 --backend '{kubernetes: {context: "arn:aws:eks:eu-1:1:cluster/lab"}}'`,
    ],
  ])('names what another machine needs: %s %j', (backend, native, command) => {
    expect(attachCommand({ run: 'train-1', backend, native: native as Record<string, string> })).toBe(
      command,
    );
  });
});

describe('the file of defaults of a call', () => {
  it.each([
    ['stands in commands about its runs', '/etc/my places.yml', {}, " --defaults '/etc/my places.yml'"],
    ['does not where the machine names it', '/etc/a.yml', { JOBIMG_DEFAULTS: '/etc/a.yml' }, ''],
    ['does where the machine names another', '/b.yml', { JOBIMG_DEFAULTS: '/a.yml' }, ' --defaults /b.yml'],
    ['is not there for whoever reads a workflow', 'org.yml', { GITHUB_ACTIONS: 'true' }, ''],
    ['is none', undefined, {}, ''],
  ])('%s', (_, defaults, env, expected) => {
    expect(defaultsOption(defaults, env)).toBe(expected);
  });
});
