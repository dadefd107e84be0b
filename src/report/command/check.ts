import type { Finding } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';

/** What a check that found no error ends with: `jobimg.yml: no problems`. */
export function checkSentence({ jobs }: Plan, findings: readonly Finding[]): string {
  const [first] = jobs;
  const where = first === undefined ? '' : `${first.job.spec}: `;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  if (warnings === 0) return `${where}no problems`;
  return `${where}no errors, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
}
