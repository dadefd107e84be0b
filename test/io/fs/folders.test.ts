import { userInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import {
  absoluteEntries,
  cacheFolder,
  dockerFolder,
  homeFolder,
  requiredFolder,
  stateFolder,
  temporaryFolder,
} from '../../../src/io/fs/folders.ts';

const { homedir: home } = userInfo();

describe("Docker's configuration", () => {
  it.each([
    ['where DOCKER_CONFIG says', { DOCKER_CONFIG: '/cfg', HOME: '/h' }, '/cfg'],
    ['in the home folder', { HOME: '/h' }, '/h/.docker'],
    ['in the home folder when DOCKER_CONFIG is empty', { DOCKER_CONFIG: '', HOME: '/h' }, '/h/.docker'],
    ['in the home folder of the user when HOME is empty', { HOME: '' }, `${home}/.docker`],
  ])('is %s', (_, env, folder) => {
    expect(dockerFolder(env)).toBe(folder);
  });

  it('is never taken from the checkout', () => {
    expect(() => dockerFolder({ DOCKER_CONFIG: '.docker' })).toThrow(
      'DOCKER_CONFIG is ".docker", which would be a folder of the checkout',
    );
    expect(() => requiredFolder({ DOCKER_CERT_PATH: 'certs' }, 'DOCKER_CERT_PATH')).toThrow(
      'DOCKER_CERT_PATH',
    );
    expect(() => stateFolder({ JOBIMG_STATE: 'runs' })).toThrow(
      'JOBIMG_STATE is "runs", which would be a folder of the checkout',
    );
  });
});

describe('a place of the user', () => {
  it.each([
    ['a call', temporaryFolder, { RUNNER_TEMP: '/r', TMPDIR: '/t' }, '/r'],
    ['a call', temporaryFolder, { RUNNER_TEMP: '', TMPDIR: '/t' }, '/t'],
    ['a call', temporaryFolder, { RUNNER_TEMP: 'temp', TMPDIR: 'tmp', TEMP: '.' }, '/tmp'],
    ['home', homeFolder, { HOME: 'home' }, home],
    ['state', stateFolder, { XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/jobimg'],
    ['state', stateFolder, { JOBIMG_STATE: '/data/jobimg', XDG_STATE_HOME: '/s' }, '/data/jobimg'],
    ['state', stateFolder, { JOBIMG_STATE: '', XDG_STATE_HOME: '/s' }, '/s/jobimg'],
    ['state', stateFolder, { XDG_STATE_HOME: 'state', HOME: '/h' }, '/h/.local/state/jobimg'],
    ['cache', cacheFolder, { XDG_CACHE_HOME: '/c', HOME: '/h' }, '/c/jobimg'],
    ['cache', cacheFolder, { XDG_CACHE_HOME: '', HOME: '/h' }, '/h/.cache/jobimg'],
  ])('for %s is absolute', (_, folderOf, env, folder) => {
    expect(folderOf(env)).toBe(folder);
  });
});

describe('PATH', () => {
  it('has no entry that would mean the checkout', () => {
    expect(absoluteEntries(':/usr/bin:.:bin::/bin:')).toBe('/usr/bin:/bin');
  });
});
