import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { MatchSpec } from '../../jobspec/values/conda.ts';

/** Packages that channels have for Windows alone. */
const OF_WINDOWS =
  /^(?:vc|vc14_runtime|vs20\d\d_runtime|vcomp14|ucrt|wincertstore|pywin32|pywinpty|winpty|msys2-conda-epoch|m2w64-.*|m2-.*|console_shortcut|powershell_shortcut)$/;

/** An export of Windows names packages and builds that a solver finds nowhere else. */
export function refuseWindowsExport(
  specs: readonly MatchSpec[],
  { path, at }: { readonly path: string; readonly at: (spec: MatchSpec) => Location },
  findings: Findings,
): void {
  const [first, ...others] = specs.filter(({ name }) => OF_WINDOWS.test(name));
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and so are ${others.map(({ name }) => name).join(', ')}`;
  findings.error(
    'other-machine',
    `"${first.text}" is of Windows alone${more}: ${path} is an export of Windows, and an image is of Linux`,
    {
      hint: `"conda env export --from-history > ${path}" writes the packages that were asked for; or remove these, and the builds behind the second "="`,
      at: at(first),
    },
  );
}
