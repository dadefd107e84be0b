import { Findings } from '../../findings.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { CommandPlace } from './place/place.ts';
import { abilitiesAsked, refuseAtPlace, refuseData } from './refusals.ts';

/** Throws for what such a place cannot do, and for programs that are not there. */
export async function checkRun(run: RunPlan, place: CommandPlace): Promise<void> {
  const findings = new Findings();
  const written = { run, origins: new Map() };
  refuseData(written, findings);
  refuseAtPlace(written, place, findings);
  findings.throwIfErrors();
  if (run.caches !== undefined) place.progress('caches start empty: the place keeps none');
  for (const ability of abilitiesAsked(run)) {
    const told = place.site.ignores.get(ability);
    if (told !== undefined) place.progress(told);
  }
  await findPrograms(place);
  if (place.site.logs === undefined) place.progress(`the place "${place.name}" shows no logs`);
}

async function findPrograms({ site, tool }: CommandPlace): Promise<void> {
  const { cancel, list, logs, outputs, remove, status, submit } = site;
  const lines = [
    ...submit.before,
    submit.run,
    status.run,
    cancel,
    logs?.before?.run,
    logs?.run,
    outputs?.run,
    remove?.list?.run,
    remove?.run,
    list?.run,
  ];
  for (const words of lines) if (words !== undefined) await tool.check(String(words[0]));
}
