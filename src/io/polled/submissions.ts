import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Following } from './follow.ts';

/** What a place answers to a run that is handed to it. */
export interface Submitted {
  /** Its own name for the run. */
  readonly id: string;
  /** Whether the run was there already. */
  readonly attached: boolean;
}

interface Submission {
  readonly run: RunPlan;
  readonly result: Promise<Submitted>;
}

/** Seconds, for a run that another process has started. */
const DEFAULT_GRACE = 10;

/** The runs that this process has handed to a place, each once. */
export class Submissions {
  readonly #byName = new Map<string, Submission>();
  readonly #usedByAnother: (run: RunPlan) => Error;

  /** @param usedByAnother is what is thrown for a second plan of one name */
  constructor(usedByAnother: (run: RunPlan) => Error) {
    this.#usedByAnother = usedByAnother;
  }

  /** Calls of one name share the answer to one `handOver`. */
  async submit(run: RunPlan, name: string, handOver: () => Promise<Submitted>): Promise<Submitted> {
    const first = this.#byName.get(name) ?? { run, result: handOver() };
    if (first.run.hash !== run.hash) throw this.#usedByAnother(run);
    this.#byName.set(name, first);
    try {
      return await first.result;
    } catch (error) {
      this.#byName.delete(name);
      throw error;
    }
  }

  /** Said before anything else when the run was there already. */
  async *attachedNote({ name }: Handle): AsyncGenerator<RunEvent> {
    const own = await this.#byName.get(name)?.result;
    if (own?.attached) yield { type: 'note', message: `attached to the run that is already there: ${name}` };
  }

  /** What only the process that has submitted a run knows of it. */
  limitsOf({ name }: Handle): Pick<Following, 'grace' | 'queueTimeout'> {
    const run = this.#byName.get(name)?.run;
    return { grace: run?.stopGrace ?? DEFAULT_GRACE, queueTimeout: run?.queueTimeout };
  }
}
