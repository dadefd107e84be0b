import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MergeCost } from '../../src/cost/cost.ts';
import { keepCost, readCost } from '../../src/host/cost-file.ts';
import { readPullRequestEvent } from '../../src/host/pull-request-event.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobimg-cost-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the file of what merging costs', () => {
  it('is read as it was written', () => {
    const cost: MergeCost = { version: 1, spec: 'jobimg.yml', pull: 7, jobs: [], more: 0 };

    expect(readCost(keepCost(cost, folder))).toEqual(cost);
  });

  it.each([
    ['is no JSON', 'secret of the runner', 'it is no JSON'],
    ['has another shape', '{"version":1,"jobs":"secret of the runner"}', 'spec is not what jobimg writes'],
    ['is far too large', `"${'x'.repeat(5 * 1024 * 1024)}"`, 'it is too large'],
  ])('is refused when it %s, and nothing of it is shown', (_, text, why) => {
    const path = join(folder, 'cost.json');
    writeFileSync(path, text);

    expect(() => readCost(path)).toThrow(`"${path}" does not say what merging costs: ${why}`);
  });

  it('is no link of a stranger to a file of the runner', () => {
    const path = join(folder, 'cost.json');
    symlinkSync('/etc/passwd', path);

    expect(() => readCost(path)).toThrow('it cannot be opened (ELOOP)');
  });

  it('is missed by its name', () => {
    expect(() => readCost(join(folder, 'cost.json'))).toThrow('there is no such file');
  });
});

describe('the pull request of a workflow', () => {
  it('is that of the event', async () => {
    const pull_request = { number: 7, head: { sha: 'abc', repo: { full_name: 'acme/train' } } };

    expect(await read('pull_request', { pull_request })).toEqual({
      number: 7,
      sha: 'abc',
      repository: 'acme/train',
    });
  });

  it('is known by its commit after another workflow', async () => {
    const workflow_run = {
      event: 'pull_request',
      head_sha: 'abc',
      head_repository: { full_name: 'eve/train' },
    };

    expect(await read('workflow_run', { workflow_run })).toEqual({
      number: undefined,
      sha: 'abc',
      repository: 'eve/train',
    });
  });

  it.each([
    ['push', {}],
    ['workflow_run', { workflow_run: { event: 'push', head_sha: 'abc', head_repository: null } }],
    ['pull_request', { pull_request: { number: 7, head: { sha: 'abc', repo: null } } }],
  ])('is none for %s %j', async (event, payload) => {
    expect(await read(event, payload)).toBeUndefined();
  });
});

async function read(event: string, payload: object): ReturnType<typeof readPullRequestEvent> {
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(payload));
  return await readPullRequestEvent({ GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path });
}
