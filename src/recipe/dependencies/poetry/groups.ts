import type { Findings } from '../../../findings.ts';
import type { Toml } from '../../toml.ts';

/** Groups that no job is run with, whatever they hold. */
const FOR_DEVELOPERS = /^(?:dev|tests?|docs?|lint(?:ing)?|typing|ci)$/i;

/** `poetry install` installs each group that is not optional; only the main one is installed here, which is said. */
export function noteGroups(project: Toml, path: string, findings: Findings): void {
  const groups = project
    .keys('tool', 'poetry', 'group')
    .filter((name) => project.value('tool', 'poetry', 'group', name, 'optional') !== true)
    .filter((name) => !FOR_DEVELOPERS.test(name));
  if (groups.length === 0) return;
  const names = groups.map((name) => `"${name}"`).join(', ');
  findings.notice('groups', `only the main group of ${path} is installed, not ${names}`, {
    hint: `if the job needs them, commit what "poetry export --with ${groups.join(',')} --output requirements-job.txt" writes, and name it: image: { requirements: requirements-job.txt }`,
    at: { file: path },
  });
}
