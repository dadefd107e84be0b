import { Listed } from '../engine/answers.ts';
import { parseDevices } from '../engine/device.ts';
import type { Docker } from '../engine/docker.ts';
import type { GpuUse } from '../engine/gpu-use.ts';
import { LABEL } from '../engine/labels.ts';
import { isMakerGone, removeUnstarted } from '../engine/unstarted.ts';

/** Milliseconds that a container may be there unstarted: code and inputs are copied into it in between. */
const UNSTARTED = 3_600_000;
/** The same when its process is known to be gone: a start that it asked for may be on its way. */
const ABANDONED = 10_000;

/** A state that is not known here is none of these. */
const ENDED: ReadonlySet<string> = new Set(['exited', 'stopped', 'removing', 'dead']);

export interface GpusInUse {
  readonly uses: readonly GpuUse[];
  /** The engine's time, milliseconds since 1970. */
  readonly date: number;
}

/**
 * Who has which GPUs of an engine, by the labels of its containers. A container that was made has them until it has ended,
 * whatever became of the process that made it; one that was not started is removed once nobody will start it.
 */
export class GpuWatch {
  readonly #docker: Docker;
  /** Since when unstarted containers are seen, by our clock: the engine's may be set. */
  readonly #seen = new Map<string, number>();

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  async look(): Promise<GpusInUse> {
    const query = { all: true, filters: JSON.stringify({ label: [LABEL.gpus] }) };
    const call = { method: 'GET', path: '/containers/json', query } as const;
    const { value, date } = await this.#docker.engine.dated(call);
    const uses: GpuUse[] = [];
    for (const container of Listed.parse(value)) {
      const use = useOf(container);
      if (use.devices.length > 0 && (await this.#isHeld(container))) uses.push(use);
    }
    return { uses, date };
  }

  async #isHeld({ Id, Labels, State }: Listed[number]): Promise<boolean> {
    if (State !== 'created') return !ENDED.has(State);
    const isDead = await isMakerGone({ Id, Labels }, this.#docker);
    const key = `${Id} ${isDead}`;
    const { clock } = this.#docker;
    const since = this.#seen.get(key) ?? clock.now();
    this.#seen.set(key, since);
    if (clock.now() - since < (isDead ? ABANDONED : UNSTARTED)) return true;
    return !(await removeUnstarted(Id, this.#docker));
  }
}

function useOf({ Id, Names, Labels, Created }: Listed[number]): GpuUse {
  return {
    container: Id,
    name: Names[0]?.replace(/^\//, '') ?? '',
    devices: parseDevices(Labels?.[LABEL.gpus] ?? ''),
    run: Labels?.[LABEL.run],
    job: Labels?.[LABEL.job],
    since: Created,
  };
}
