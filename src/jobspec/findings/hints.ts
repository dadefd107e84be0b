import { BACKENDS } from '../../backends/types/table.ts';
import { LATER } from '../job/backend-names.ts';
import { PRESET_NAMES, presetHint } from '../job/preset-names.ts';

/** Words that other tools use, and what they are called here. */
const AT_JOB: Readonly<Record<string, string>> = {
  target: 'a machine is named with "runs-on", an execution service with "backend"',
  cmd: 'write "run" (shell text) or "command" (list of arguments)',
  script: 'write "run"',
  steps: 'write "run" with a list of commands, or "image.build" for what belongs in the image',
  args: 'write the arguments behind the program in "run" or "command"',
  entrypoint: 'write "command"; an ENTRYPOINT of the image is not used',
  environment: 'write "env"',
  envs: 'write "env"',
  variables: 'write "env"',
  vars: 'write "env"',
  parameters: 'write "params"',
  hyperparameters: 'write "params"',
  resources: 'write "gpu", "cpu" and "memory" beside "run"',
  gpus: 'write "gpu"',
  accelerators: 'write "gpu"',
  cpus: 'write "cpu"',
  mem: 'write "memory"',
  ram: 'write "memory"',
  shm_size: 'write "shm"',
  'shm-size': 'write "shm"',
  'timeout-minutes': 'write "timeout", as in "timeout: 90m"',
  'working-directory': 'write "image.workdir"',
  workdir: 'write it below "image"',
  runs_on: 'write "runs-on"',
  runner: 'write "runs-on"',
  container: 'write "image"',
  docker: 'write "image" for the image, "backend" for where it runs',
  build: 'write it below "image"',
  dockerfile: 'write it below "image"',
  base: 'write it below "image"',
  python: 'write it below "image"',
  requirements: 'write it below "image"',
  packages: 'write it below "image"',
  apt: 'write it below "image"',
  pip: 'write "image.packages"',
  cuda: 'write it below "image"',
  dependencies: 'write "image.requirements" (files), "image.packages" (Python) or "image.apt" (Debian)',
  matrix: 'write it below "strategy"',
  volumes: 'write "mounts"',
  cache: 'write "caches"',
  retries: 'write "retry: { max: 3 }"',
  'max-retries': 'write "retry: { max: 3 }"',
  restarts: 'write "retry: { max: 3 }"',
  backoff: 'write it below "retry"',
  checkpoints: 'write "checkpoint", as in "checkpoint: checkpoints"',
  resume: 'write "checkpoint", and go on from what is there when JOBIMG_RESUME is 1',
  artifacts: 'write "outputs"',
  output: 'write "outputs"',
  secret: 'write "secrets"',
  needs: 'jobs of a spec do not wait for each other; order them in the workflow',
  on: 'triggers belong to the workflow, not to the spec',
  if: 'conditions belong to the workflow, not to the spec',
  registry: 'the registry is an input of the action (with: registry) or --registry',
  mirrors: 'it belongs in the defaults file (input "defaults")',
  'base-registry': 'it belongs in the defaults file (input "defaults")',
  'allow-untrusted': 'it belongs in the defaults file (input "defaults")',
  'require-provenance': 'it belongs in the defaults file (input "defaults")',
  '<<': 'merge keys are not supported; keys beside "jobs:" are defaults for every job',
};

const AT_IMAGE: Readonly<Record<string, string>> = {
  pip: 'write "packages" (list) or "requirements" (file)',
  dependencies: 'write "requirements" (files), "packages" (Python) or "apt" (Debian)',
  'system-packages': 'write "apt"',
  from: 'write "base"',
  name: 'to use an image as it is write "image: <reference>"; to build on it write "base"',
  image: 'to use an image as it is write "image: <reference>"; to build on it write "base"',
  tag: 'the tag is computed from what the image holds; further ones are an input (with: tags)',
  run: 'write "build" (before the code) or "setup" (after it)',
  steps: 'write "build" (before the code) or "setup" (after it)',
  environment: 'write "env"',
  'build-args': 'write "args"',
  platform: 'write "platforms"',
  file: 'write "dockerfile"',
  entrypoint: 'write "run" or "command" beside "image"',
  cmd: 'write "run" or "command" beside "image"',
  conda_env: 'write "conda"',
  workspace: 'write "workdir"',
  'working-directory': 'write "workdir"',
  '<<': 'merge keys are not supported',
};

const DOCKER_INSTEAD = 'it is not supported yet; write "backend: docker", with "runs-on" for another machine';

const AT_BACKEND = Object.fromEntries([
  ...LATER.map((name) => [name, DOCKER_INSTEAD] as const),
  ...PRESET_NAMES.map((name) => [name, presetHint(name)] as const),
]);

const AT_OPTIONS = Object.entries(BACKENDS).map(([name, { hints }]) => [`backend.${name}`, hints] as const);

const AT_RETRY: Readonly<Record<string, string>> = {
  attempts: 'write "max", the number of attempts after the first one',
  times: 'write "max", the number of attempts after the first one',
  limit: 'write "max", the number of attempts after the first one',
  when: 'write "on", as in "on: [interruption, error]"',
  delay: 'write "backoff"',
  interval: 'write "backoff"',
};

const HINTS = new Map<string, Readonly<Record<string, string>>>([
  ['', AT_JOB],
  ['image', AT_IMAGE],
  ['backend', AT_BACKEND],
  ['retry', AT_RETRY],
  ...AT_OPTIONS,
]);

/** What an unknown key of another tool is called here; undefined when it is nobody's word. */
export function hintForKey(parent: string, key: string): string | undefined {
  const hints = HINTS.get(parent);
  return hints !== undefined && Object.hasOwn(hints, key) ? hints[key] : undefined;
}

/** What is to be written where one value stands in place of a mapping that has more to say. */
export function hintForValue(path: string, text: string): string | undefined {
  if (path !== 'retry') return undefined;
  const max = /^\d+$/.test(text) ? text : '3';
  return `write "retry: { max: ${max} }", or "retry: { max: ${max}, on: [no-capacity, interruption, error] }" to try a job again that fails by itself`;
}
