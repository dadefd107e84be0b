import type { Inputs } from '../../inputs/inputs.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import type { RecordPushes } from './records.ts';

/** undefined: nobody asks for records beside images, or there is no registry for them. */
export async function recordPushes(
  { destination }: Pick<Plan, 'destination'>,
  { record }: Pick<Inputs, 'record'>,
  tools: Tools,
): Promise<RecordPushes | undefined> {
  if (!record || destination.kind === 'engine') return undefined;
  const { RecordPushes } = await import('./records.ts');
  return new RecordPushes(destination, tools);
}
