import { describe, expect, it } from '@jest/globals';
import { checkRun } from '../../../src/backends/slurm/check.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { CONTAINER_TOOLS, type ContainerTool } from '../../../src/jobspec/job/sites.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const COMMAND = { kind: 'arguments', words: ['true'] } as const;

function site(container: ContainerTool, client = '/usr/bin/sbatch'): Site {
  return {
    shell: {
      where: 'local',
      run: async () => Buffer.from(`client=${client}\n`),
      open: () => Promise.reject(new Error('closed')),
      send: () => Promise.reject(new Error('closed')),
    },
    settings: { container, setup: [] },
    clock: systemClock,
    secrets: new Map(),
    pullLogin: async () => undefined,
    progress: () => undefined,
  };
}

describe('what a cluster of Slurm cannot do', () => {
  const mounts = [{ from: '/data', to: '/data', readOnly: true }];

  it.each([
    ['docker', { mounts }, 'there is no folder "/data" on the cluster that jobs may see'],
    ['docker', { secrets: ['DOCKER_HOST'] }, 'a secret called "DOCKER_HOST" would change the client'],
    ['apptainer', { secrets: ['HOME'] }, 'Apptainer gives no secret called "HOME"'],
  ] as const)('is refused before anything is built, with %s: %j', async (container, changes, message) => {
    const run = runPlan(IMAGE, COMMAND, changes);

    await expect(checkRun(run, site(container))).rejects.toThrow(message);
  });

  it('is code of this machine, with a hint for an image that takes no layer', async () => {
    const run = runPlan(IMAGE, COMMAND, { mount: { folder: '/work', entries: [] } as never });

    await expect(checkRun(run, site('docker'))).rejects.toMatchObject({
      findings: [
        {
          hint: 'write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"',
        },
      ],
    });
  });

  it.each(CONTAINER_TOOLS)('is not refused where it can, as with %s', async (container) => {
    const run = runPlan(IMAGE, COMMAND, { secrets: ['TOKEN'], outputs: ['outputs/', 'model.bin'] });

    await expect(checkRun(run, site(container))).resolves.toBeUndefined();
  });

  it('is everything where its commands are not', async () => {
    const run = runPlan(IMAGE, COMMAND);

    await expect(checkRun(run, site('docker', ''))).rejects.toThrow('sbatch was not found');
  });
});
