import { describe, expect, it } from '@jest/globals';
import { chosen, tokenFor } from '../../../src/connect/places/github.ts';
import { sitesOf } from '../../../src/jobspec/parse.ts';

function github(text: string) {
  return sitesOf({ path: 'defaults.yml', text, format: 'jobimg' });
}

const TWO = `github:
  fleet: { repository: org/fleet, workflow: gpu.yml, ref: v1, token-env: FLEET_TOKEN }
  other: { repository: acme/runners, api: https://github.example.com/api/v3/ }
`;

describe('repositories whose workflows run jobs', () => {
  const sites = github(TWO);

  it('are those that the operator has named', () => {
    expect(chosen({ place: 'other' }, sites)).toEqual([
      'other',
      {
        repository: 'acme/runners',
        workflow: 'jobimg.yml',
        ref: 'main',
        tokenEnv: 'JOBIMG_GITHUB_TOKEN',
        api: 'https://github.example.com/api/v3',
      },
    ]);
    expect(chosen({ repository: 'Org/Fleet', workflow: 'gpu.yml', ref: 'v1' }, sites)[0]).toBe('fleet');
    expect(chosen({}, github('github: { fleet: { repository: org/fleet } }'))[0]).toBe('fleet');
  });

  it.each([
    [{}, 'there is not exactly one'],
    [{ repository: 'evil/fleet' }, '"evil/fleet" is not allowed by the operator'],
    [{ place: 'fleet', repository: 'acme/runners' }, 'is not allowed by the operator'],
    [{ place: 'fleet', workflow: 'release.yml' }, 'allows the workflow "gpu.yml" of org/fleet'],
    [{ place: 'fleet', ref: 'topic' }, 'allows the ref "v1" of org/fleet'],
  ])('are no others: %j', (options, problem) => {
    expect(() => chosen(options, sites)).toThrow(problem);
    expect(() => chosen(options, {})).toThrow(/not exactly one|is not allowed/);
  });

  it.each([
    ['github: { fleet: { repository: fleet } }', '"fleet" is not a repository'],
    ['github: { fleet: { repository: org/fleet, workflow: ../x.yml } }', 'is not the file of a workflow'],
    ['github: { fleet: { repository: org/fleet, ref: "a..b" } }', 'is not a branch or tag'],
    ['github: { fleet: { repository: org/fleet, api: http://10.0.0.1 } }', "no address of GitHub's API"],
    ['github: { fleet: { repository: org/fleet, api: https://u:p@x.test } }', "no address of GitHub's API"],
    ['github: { fleet: { repository: org/fleet, token: ghp_x } }', 'unknown key "token"'],
  ])('are found wrong before anything is asked: %s', (text, problem) => {
    expect(() => github(text)).toThrow(problem);
  });
});

describe('the token for another repository', () => {
  const site = { repository: 'org/fleet', workflow: 'jobimg.yml', ref: 'main', tokenEnv: 'FLEET_TOKEN' };

  it('is the one of the variable that the operator names', () => {
    expect(tokenFor(site, { FLEET_TOKEN: 'ghp_1' }, 'ghs_1')).toBe('ghp_1');
    expect(() => tokenFor(site, {}, undefined)).toThrow('the variable FLEET_TOKEN is empty');
  });

  it('is the one of this job for its own repository alone', () => {
    const own = { ...site, tokenEnv: 'GITHUB_TOKEN' };
    const env = { GITHUB_TOKEN: 'ghs_1', FLEET_TOKEN: 'ghs_1' };

    expect(tokenFor(own, { ...env, GITHUB_REPOSITORY: 'Org/Fleet' }, 'ghs_1')).toBe('ghs_1');
    expect(() => tokenFor(own, { ...env, GITHUB_REPOSITORY: 'acme/train' }, 'x')).toThrow(
      'can start no workflow',
    );
    expect(() => tokenFor(site, { ...env, GITHUB_REPOSITORY: 'acme/train' }, 'ghs_1')).toThrow(
      'can start no workflow',
    );
  });
});
