import { normalPlatform, printPlatform } from '../../../oci/platform.ts';
import type { RunMachine } from '../../../run/types/result.ts';
import { type Container, Info } from '../engine/answers.ts';
import { parseDevices } from '../engine/device.ts';
import type { Docker } from '../engine/docker.ts';
import { LABEL } from '../engine/labels.ts';

/** The machine of a run, for its record; an engine that does not answer takes nothing from a run that is over. */
export async function machineOf({ Config }: Container, docker: Docker): Promise<RunMachine | undefined> {
  const gpus = parseDevices(Config.Labels?.[LABEL.gpus] ?? '').map((names) => names.join(' '));
  const given = gpus.length === 0 ? {} : { gpus };
  try {
    const {
      Name,
      NCPU,
      MemTotal,
      OSType = 'linux',
      Architecture,
    } = Info.parse(await docker.engine.json({ method: 'GET', path: '/info' }));
    return {
      name: Name,
      ...(Architecture === undefined
        ? {}
        : { platform: printPlatform(normalPlatform({ os: OSType, architecture: Architecture })) }),
      cpus: NCPU,
      memory: MemTotal,
      ...given,
    };
  } catch {
    return gpus.length === 0 ? undefined : given;
  }
}
