import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf, docker } from './support/images/containers.ts';
import { inherited } from './support/jobimg.ts';
import { type Parts, startParts } from './support/parts.ts';
import { type Repository, repositoryWith } from './support/repository.ts';
import { type SshEngine, startSshEngine } from './support/servers/ssh-engine.ts';
import { type Watched, watch } from './support/watched.ts';

const NAME = `ssh-${process.pid}`;
/** Lines, then a wait until it is told to go on, then the rest of them. */
const COUNTS = 'seq -f "line %g" 200; while [ ! -e /tmp/go ]; do sleep 0.1; done; seq -f "line %g" 201 400';

describe('jobimg with the engine of another machine', () => {
  let parts: Parts;
  let ssh: SshEngine;
  let repository: Repository;
  let state: string;
  beforeAll(async () => {
    parts = await startParts({ name: 'ssh-run', auth: 'none' });
    ssh = await startSshEngine({ ...parts.env });
    state = await mkdtemp(join(tmpdir(), 'jobimg-state-'));
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `name: ${NAME}\nrun: ${JSON.stringify(COUNTS)}\nimage: ${parts.python?.reference}\nstop-grace: 1s\ntimeout: 10m\n`,
      },
    });
  });
  afterAll(async () => {
    await Promise.all([ssh?.stop(), repository?.[Symbol.asyncDispose]()]);
    await parts?.[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  });

  function start(...words: readonly string[]): Watched {
    const env = { ...inherited(), ...parts.env, ...ssh.env, JOBIMG_STATE: state };
    return watch('cli.js', ['run', '--registry', 'none', ...words], { cwd: repository.folder, env });
  }

  it('shows each line once when its process was killed and it is started again', async () => {
    const first = start();
    await first.says('line 200');
    first.kill('SIGKILL');
    await first.ended;
    const [container] = await containersOf(NAME, parts.env);
    const second = start();
    await second.says('line 200');
    await docker(['exec', container?.id ?? '', 'touch', '/tmp/go'], parts.env);

    expect(await second.ended).toBe(0);
    expect(second.said().match(/^line \d+$/gm)).toEqual(
      Array.from({ length: 400 }, (_, index) => `line ${index + 1}`),
    );
    expect(await containersOf(NAME, parts.env)).toEqual([]);
  });

  it('builds an image in that engine, and runs it there', async () => {
    const built = start(
      ...['--override', `name=${NAME}-built`],
      ...['--override', `image={ base: "${parts.python?.reference}", build: ["echo made > /made"] }`],
      ...['--override', 'run=cat /made'],
    );

    expect([await built.ended, built.said()]).toEqual([0, expect.stringMatching(/^made$/m)]);
  });

  it('gives a job no folder of this machine', async () => {
    const refused = start('--override', 'mounts=[{ from: /tmp, to: /data }]');

    expect(await refused.ended).not.toBe(0);
    expect(refused.said()).toContain('"/tmp" is a folder of this machine, and the engine');
  });
});
