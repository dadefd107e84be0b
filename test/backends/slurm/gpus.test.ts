import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { gpuLines, nvLines } from '../../../src/backends/slurm/script/container/gpus.ts';
import type { ContainerTool } from '../../../src/jobspec/job/sites.ts';

const resources = { gpu: { count: { min: 2 }, names: [], optional: false } };

interface Node {
  /** What `nvidia-ctk cdi list` prints; undefined: it is not installed. */
  readonly cdi?: string;
  /** Where the engine looks for CDI specifications. */
  readonly folders?: string;
  readonly gpus?: Readonly<Record<string, string>>;
}

/** The value that the variable has when a shell on the node has run the lines. */
function valueAfter(lines: string, variable: string, { cdi, folders = '[]', gpus = {} }: Node): string {
  const folder = mkdtempSync(join(tmpdir(), 'jobimg-gpus-'));
  const program = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
    chmodSync(join(folder, name), 0o755);
  };
  if (cdi !== undefined) program('nvidia-ctk', cdi);
  program('nvidia-smi', 'GPU 0');
  const before = `d=${folder}; engine() { echo '${folders}'; }; failed() { echo "failed $1"; exit; }`;
  const { stdout } = spawnSync('/bin/sh', ['-c', `${before}\n${lines}\nprintf %s "$${variable}"`], {
    env: { PATH: `${folder}:/usr/bin:/bin`, ...gpus },
    encoding: 'utf8',
  });
  return stdout.trimEnd();
}

const lines = (container: ContainerTool): string =>
  gpuLines({ run: { resources }, site: { container, setup: [] } } as unknown as Parameters<
    typeof gpuLines
  >[0]);

const LISTED = 'INFO[0000] Found 3 CDI devices\nnvidia.com/gpu=0\nnvidia.com/gpu=1\nnvidia.com/gpu=all';
const FOLDERS = '[/etc/cdi /var/run/cdi]';
const TWO = { SLURM_JOB_GPUS: '1,3' };

describe('the GPUs that Slurm has given to a job', () => {
  it.each<[string, ContainerTool, Node, string]>([
    ['by the hook of the engine', 'docker', { gpus: TWO }, '--gpus "device=1,3"'],
    [
      'by CDI',
      'docker',
      { gpus: TWO, cdi: LISTED, folders: FOLDERS },
      ' --device nvidia.com/gpu=1 --device nvidia.com/gpu=3',
    ],
    [
      'by the hook where the engine reads no CDI',
      'docker',
      { gpus: TWO, cdi: LISTED },
      '--gpus "device=1,3"',
    ],
    [
      'by the hook where nothing is listed',
      'docker',
      { gpus: TWO, cdi: 'INFO[0000] Found 0 CDI devices', folders: FOLDERS },
      '--gpus "device=1,3"',
    ],
    ['to podman', 'podman', { gpus: { CUDA_VISIBLE_DEVICES: 'MIG-a' } }, ' --device nvidia.com/gpu=MIG-a'],
    ['that were none', 'docker', {}, 'failed node-error'],
  ])('are given %s', (_, container, node, expected) => {
    expect(valueAfter(lines(container), 'gpus', node)).toBe(expected);
  });

  it('are all that a container of apptainer sees', () => {
    const seen = valueAfter(nvLines({ resources }), 'APPTAINERENV_CUDA_VISIBLE_DEVICES', {
      gpus: { CUDA_VISIBLE_DEVICES: '1,3' },
    });

    expect(seen).toBe('1,3');
  });
});
