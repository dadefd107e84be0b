import type { Capabilities } from '../../backends/types/row.ts';
import { BACKENDS } from '../../backends/types/table.ts';
import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { printPlatform } from '../../oci/platform.ts';
import type { Destination, JobPlan } from '../../plan/plan.ts';
import { claimProblems } from '../mounts/claims.ts';
import { outputsProblem } from '../mounts/outputs-to.ts';

/** What the backend that a job is sent to can do. */
export function capabilitiesOf({ backend }: Pick<Job, 'backend'>): Capabilities {
  return BACKENDS[backend.name].capabilities;
}

/**
 * Why a job cannot run where it is sent, or its image, as far as that is known before anybody connects. Without a
 * destination nobody knows yet where its image is kept.
 */
export function capabilityProblems(
  { job, image }: Pick<JobPlan, 'job' | 'image'>,
  destination: Destination | undefined,
  capabilities: Capabilities = capabilitiesOf(job),
): readonly Finding[] {
  const own = [
    ...nodesProblem(job, capabilities),
    ...claimProblems(job, capabilities),
    ...(destination === undefined ? [] : outputsProblem({ job, image }, destination)),
  ];
  if (image.kind === 'given') return own;
  return [...own, ...registryProblem(job, destination, capabilities), ...platformProblem(job, capabilities)];
}

function nodesProblem(
  { name, backend, nodes, origins }: Job,
  capabilities: Capabilities,
): readonly Finding[] {
  if (capabilities.nodes || nodes === undefined || nodes.count === 1) return [];
  return [
    {
      level: 'error',
      code: 'nodes',
      message: `the job ${name} asks for ${nodes.count} nodes, and a run of the backend "${backend.name}" has one machine`,
      hint: 'write "backend: kubernetes" or "backend: slurm"; or "nodes: 1", with which the same command runs on one machine',
      location: origins.get('nodes'),
    },
  ];
}

function registryProblem(
  { name, backend, origins }: Job,
  destination: Destination | undefined,
  { registry }: Capabilities,
): readonly Finding[] {
  if (destination === undefined || destination.kind === 'registry' || registry === 'optional') return [];
  return [
    {
      level: 'error',
      code: 'registry',
      message: `the backend "${backend.name}" of the job ${name} pulls its image from a registry, and the image is kept in the engine of this machine`,
      hint: 'give a registry that you may push to, such as "registry: ghcr.io/acme/train"',
      location: origins.get('backend'),
    },
  ];
}

function platformProblem(
  { name, backend, image, origins }: Job,
  { platforms }: Capabilities,
): readonly Finding[] {
  if (platforms === undefined || image.kind === 'given') return [];
  const runnable = platforms.map(printPlatform);
  const built = image.platforms.map(printPlatform);
  if (built.some((platform) => runnable.includes(platform))) return [];
  return [
    {
      level: 'error',
      code: 'platform',
      message: `the image of the job ${name} is for ${built.join(', ')}, and the machines of the backend "${backend.name}" are ${runnable.join(', ')}`,
      hint: `write "platforms: [${runnable[0]}]" below "image"`,
      location: origins.get('image.platforms'),
    },
  ];
}
