import type { BackendRow } from './row.ts';
import { SLURM } from './slurm-options.ts';

const OPERATORS =
  'which cluster it is, and how containers run there, is the operator\'s to say: "slurm" in the defaults file of the machine';

/** Files of a run stay until somebody takes them. */
const MONTH = 30 * 24 * 3_600;

/** The cluster whose commands this machine has, or the one behind a login node. */
export const SLURM_ROW: BackendRow = {
  description: 'Slurm cluster',
  options: SLURM,
  hints: {
    host: OPERATORS,
    address: OPERATORS,
    container: OPERATORS,
    folder: OPERATORS,
    workdir: OPERATORS,
    modules: OPERATORS,
    setup: OPERATORS,
    queue: 'write "partition"',
    gres: 'write "gpu" beside "run"',
    gpus: 'write "gpu" beside "run"',
    time: 'write "timeout" beside "run"',
    mem: 'write "memory" beside "run"',
    nodes: 'write "nodes" beside "run"',
    submit: 'a spec brings no program',
  },
  capabilities: {
    registry: 'required',
    platforms: undefined,
    claims: false,
    queue: true,
    nodes: true,
    outlives: true,
    keepsOutputs: MONTH,
  },
  stopCommand({ name, native }) {
    const there = native['where'];
    const command = `scancel --name=${name}`;
    return there === undefined || there === 'local' ? command : `ssh ${there} ${command}`;
  },
};
