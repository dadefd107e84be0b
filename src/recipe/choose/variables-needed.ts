import type { Findings } from '../../findings.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';

interface CheckVariablesOptions {
  readonly image: BuiltImage;
  readonly dependencies: ChosenDependencies;
}

/** Where a variable is not set, pip asks for an address that has its name in it. The base may set it. */
export function checkVariables({ image, dependencies }: CheckVariablesOptions, findings: Findings): void {
  const secrets = image.secrets.flatMap(({ env }) => env ?? []);
  const known = new Set([...secrets, ...image.env.keys()]);
  for (const { variables = new Map() } of dependencies.files) {
    for (const [name, at] of variables) {
      if (known.has(name)) continue;
      findings.warning('variable-not-set', `"\${${name}}" is not a variable of the build`, {
        hint: `declare the build secret: image: { secrets: [${name}] }, or set it in "image.env"`,
        at,
      });
    }
  }
}
