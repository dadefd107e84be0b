import { type Finding, UserError } from '../errors.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { previewFit } from './fit/report-fit.ts';
import type { Planned } from './plan/make-plan.ts';
import { knownRefusals } from './runs/known-refusals.ts';
import { preview } from './runs/preview.ts';
import { runnerFindings } from './runs/runner-findings.ts';
import { untouched } from './untouched.ts';

/** A plan that is only shown, with what is there already and, where that is asked, what merging costs. */
export async function previewed(planned: Planned, inputs: Inputs, tools: Tools): Promise<Result> {
  const refused = told(await refusals(planned, inputs, tools), inputs);
  const fit = await previewFit(planned, inputs, tools);
  const found = await preview(planned.plan, inputs, tools);
  const findings = [...planned.findings, ...refused, ...fit];
  const result = { ...untouched(planned), findings, preview: found };
  return inputs.cost ? { ...result, cost: await costOf(planned, inputs, tools) } : result;
}

/** Whoever may start nothing is told what a start would refuse. */
export async function notCarriedOut(planned: Planned, inputs: Inputs, tools: Tools): Promise<Result> {
  if (inputs.until !== 'run') return untouched(planned);
  const refused = told(await knownRefusals(planned.plan, inputs, tools), { check: true });
  return untouched({ ...planned, findings: [...planned.findings, ...refused] });
}

/** What a start would refuse, and what comes of a run that nobody follows, is told by whoever only looks, too. */
async function refusals({ plan }: Planned, inputs: Inputs, tools: Tools): Promise<readonly Finding[]> {
  const known = await knownRefusals(plan, inputs, tools);
  if (!inputs.detach) return known;
  const jobs = plan.jobs.map(({ job }) => job);
  return [...known, ...(await runnerFindings(jobs, inputs, tools))];
}

/** A check ends with what is wrong; a plan shows it beside the rest. */
function told(findings: readonly Finding[], { check }: Pick<Inputs, 'check'>): readonly Finding[] {
  if (check && findings.some(({ level }) => level === 'error')) throw UserError.of(findings);
  return findings.map((finding) => (finding.level === 'error' ? { ...finding, level: 'warning' } : finding));
}

async function costOf(planned: Planned, inputs: Inputs, tools: Tools): Promise<Result['cost']> {
  const { mergeCost } = await import('./cost/merge-cost.ts');
  return await tools.host.group('Cost of merging', () => mergeCost(planned, inputs, tools));
}
