// The command line of the cluster: `npm run kubernetes -- up`.
import { say } from '../../scripts/engine/say.mjs';
import { ensureKubernetes, stopKubernetes } from './cluster.ts';
import { compilePrograms } from './compile/compile.ts';

const USAGE = `Usage: npm run kubernetes -- <command>
  compile     the programs, once: half an hour of one CPU
  up [NAME]   a cluster that stays until it is ended
  down [NAME] ends it, and removes what a killed one left`;

const COMMANDS: Readonly<Record<string, (name: string) => Promise<void>>> = { compile, up, down };

async function compile(): Promise<void> {
  const programs = await compilePrograms();
  if (programs) say(`Kubernetes is compiled: ${programs.folder}`);
}

async function up(name: string): Promise<void> {
  const { kubeconfig, gateway } = await ensureKubernetes({ name, stays: true });
  say(`pods reach this machine as ${gateway}`);
  process.stdout.write(`export KUBECONFIG='${kubeconfig}'\n`);
}

async function down(name: string): Promise<void> {
  await stopKubernetes(name);
  say(`Kubernetes "${name}" is stopped`);
}

const [command = '', name = 'main'] = process.argv.slice(2);
try {
  const run = COMMANDS[command];
  if (!run) throw new Error(USAGE);
  await run(name);
} catch (error) {
  say(`failed: ${(error as Error).message}`);
  process.exitCode = 1;
}
