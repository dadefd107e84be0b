import { UserError } from '../../../errors.ts';
import type { Toml } from '../../toml.ts';

/** What decides which packages are installed, and pip does not read: without it, others would be. */
export function onlyReadBy(tool: string, what: string, lockCommand = `${tool} lock`): UserError {
  return new UserError(`${what}, which only ${tool} reads`, {
    code: 'dependencies-not-static',
    hint: `run "${lockCommand}" and commit the lock`,
  });
}

/**
 * Sources that are asked for every package. An explicit one is asked for those that name it:
 * https://python-poetry.org/docs/repositories/#explicit-package-sources
 */
export function refuseSources(toml: Toml, tool: 'pdm' | 'poetry'): void {
  const [other] = toml
    .tables('tool', tool, 'source')
    .filter((source) => source.text('priority') !== 'explicit')
    .filter((source) => source.text('name')?.toLowerCase() !== 'pypi' || source.has('url'));
  if (other === undefined) return;
  throw onlyReadBy(tool, `packages come from the source "${other.text('name') ?? ''}" of "tool.${tool}"`);
}
