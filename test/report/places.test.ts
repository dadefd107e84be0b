import { describe, expect, it } from '@jest/globals';
import type { Finding, Location } from '../../src/errors.ts';
import { placed, repositoryRoot } from '../../src/report/places.ts';

const WORKSPACE = '/work/train';

function finding(location: Location | undefined): Finding {
  return { level: 'error', code: 'x', message: 'unknown key "gpus"', location };
}

describe('the place of a finding in a workflow', () => {
  it.each([
    [WORKSPACE, 'jobimg.yml', 'jobimg.yml'],
    [`${WORKSPACE}/sub`, 'jobimg.yml', 'sub/jobimg.yml'],
    [`${WORKSPACE}/sub`, '.github/jobimg.yml', 'sub/.github/jobimg.yml'],
    [`${WORKSPACE}/sub`, `${WORKSPACE}/defaults.yml`, 'defaults.yml'],
    [WORKSPACE, '/etc/jobimg/defaults.yml', '/etc/jobimg/defaults.yml'],
    ['/elsewhere', 'jobimg.yml', '/elsewhere/jobimg.yml'],
    ['/work/train-2', 'jobimg.yml', '/work/train-2/jobimg.yml'],
    [WORKSPACE, '..jobimg.yml', '..jobimg.yml'],
  ])('of a step that works in %s, "%s" is "%s"', (folder, file, place) => {
    const { location } = placed(finding({ file, line: 3, column: 7 }), { root: WORKSPACE, folder });

    expect(location).toEqual({ file: place, line: 3, column: 7 });
  });

  it('is not a file for a value that the workflow gave: the message names the input', () => {
    const told = placed(finding({ file: 'params', isInput: true }), { root: WORKSPACE, folder: WORKSPACE });

    expect(told.location).toBeUndefined();
    expect(told.message).toBe('input `params`: unknown key "gpus"');
  });

  it('is none where there was none', () => {
    const told = placed(finding(undefined), { root: WORKSPACE, folder: `${WORKSPACE}/sub` });

    expect(told).toEqual(finding(undefined));
  });
});

describe('the root that paths of a pull request are relative to', () => {
  const nested = `${WORKSPACE}/app`;

  it.each([
    ['the workspace without a checkout', {}, WORKSPACE],
    ['the workspace that is the checkout', { root: WORKSPACE, origin: 'acme/train' }, WORKSPACE],
    ['the folder that the repository is checked out into', { root: nested, origin: 'Acme/Train' }, nested],
    ['not the folder of another repository of that name', { root: nested, origin: 'other/train' }, WORKSPACE],
    ['not a folder whose repository is not known', { root: nested }, WORKSPACE],
    ['not a repository that the workspace lies in', { root: '/work', origin: 'acme/train' }, WORKSPACE],
  ])('is %s', (_, checkout, root) => {
    expect(repositoryRoot({ workspace: WORKSPACE, repository: 'acme/train', checkout })).toBe(root);
  });
});
