import { type Finding, hasOnlyCode, isAbort, UserError } from '../../errors.ts';
import { recordArtifact } from '../../evidence/run-record.ts';
import { printReference } from '../../oci/reference.ts';
import type { Image, Repository } from '../../oci/types.ts';
import type { Destination } from '../../plan/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { notPushed } from './push.ts';

type RecordTools = Pick<Tools, 'registry' | 'runs' | 'host'>;

/** Pushes the record of each run beside its image as soon as the run is over, and lets nothing wait for it but the end. */
export class RecordPushes {
  readonly #destination: Destination;
  readonly #tools: RecordTools;
  readonly #going: Promise<readonly Finding[]>[] = [];
  #isTold = false;

  constructor(destination: Destination, tools: RecordTools) {
    this.#destination = destination;
    this.#tools = tools;
  }

  readonly over = (result: RunResult): void => {
    const image = imageIn(this.#destination, result);
    // A run that nobody waits for is not over, and has no record yet.
    if (image !== undefined) this.#going.push(this.#push(result, image));
  };

  async findings(): Promise<readonly Finding[]> {
    return (await Promise.all(this.#going)).flat();
  }

  async #push(result: RunResult, image: Image): Promise<readonly Finding[]> {
    const { registry, runs } = this.#tools;
    try {
      const record = await runs.recordOf(result.run.id);
      if (record === undefined) return [];
      const digest = await registry.pushReferrer(image, recordArtifact(result, record));
      this.#tell(`the record of the run ${result.run.id} is ${nameOf({ ...image, digest })}`);
      return [];
    } catch (error) {
      // Who stops does not wait for it: it is in the folder of the run.
      if (isAbort(error)) return [];
      if (!(error instanceof UserError)) throw error;
      return this.#failed(result, image, error);
    }
  }

  /** Who may only read is told so once, and nothing is wrong. */
  #failed({ run }: RunResult, image: Image, error: UserError): readonly Finding[] {
    if (!hasOnlyCode(error, 'registry-denied')) return [notPushed(`the record of the run ${run.id}`, error)];
    const { registry, path } = image;
    if (!this.#isTold)
      this.#tools.host.info(`records of runs stay here: the token may not push to ${registry}/${path}`);
    this.#isTold = true;
    return [];
  }

  #tell(line: string): void {
    const { host } = this.#tools;
    if (!this.#isTold)
      host.info(
        'whoever may read the image may read the records of its runs: command, parameters, metrics; leave them out with `record: false`',
      );
    this.#isTold = true;
    host.info(line);
  }
}

/** The image of a run where images are pushed to: beside one of somebody else nothing of ours is put. */
function imageIn(destination: Destination, { run: { image } }: RunResult): Image | undefined {
  if (destination.kind === 'engine' || 'engineId' in image || image.digest === undefined) return undefined;
  const { registry, path, digest } = image;
  return isSame(destination.repository, image) ? { registry, path, digest } : undefined;
}

function isSame(one: Repository, other: Repository): boolean {
  return one.registry === other.registry && one.path === other.path;
}

function nameOf({ registry, path, digest }: Image): string {
  return printReference({ registry, path, digest });
}
