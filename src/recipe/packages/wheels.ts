import { PYTORCH_INDEX } from '../../data/torch.ts';
import { PIP_INSTALL, VENV } from '../pip.ts';
import type { Wheels } from '../step.ts';

/** A key of the pip configuration that the machine gives to a step: where it has a mirror of PyTorch's indexes. */
export const PYTORCH_KEY = 'pytorch-index';

/**
 * The same version in the build of such an index, `2.7.1+cpu`, is newer to pip than the one without a label:
 * https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers
 */
export function withWheels(run: string, wheels: Wheels | undefined): string {
  if (wheels === undefined) return run;
  return [fromIndex(run, wheels), ...checkLines(wheels)].join('\n');
}

/** The same for a step that installs nothing yet. */
export function fromIndex(run: string, wheels: Wheels | undefined): string {
  if (wheels === undefined) return run;
  const bound = wheels.bound === undefined ? '' : ` '${wheels.bound}'`;
  const install = run.replace(PIP_INSTALL, () => `${PIP_INSTALL} ${WHEEL_FLAG}${bound}`);
  return [...wheelLines(wheels), install].join('\n');
}

export const WHEEL_FLAG = '"$@"';

const REACHED =
  'import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], method="HEAD"), timeout=30)';

/** Asked first, and once: pip would try an index that is not reached again and again, for every package. */
export function wheelLines({ folder, version }: Wheels): readonly string[] {
  const otherwise =
    version === undefined
      ? 'set --; echo "jobimg: $wheels cannot be reached, so torch comes as the other indexes have it, maybe with CUDA"'
      : 'echo "jobimg: $wheels cannot be reached, or is not there" >&2; exit 1';
  return [
    `pytorch=$(sed -n 's/^${PYTORCH_KEY} = //p' "\${PIP_CONFIG_FILE:-/dev/null}")`,
    `wheels="\${pytorch:-${PYTORCH_INDEX}}/${folder}"`,
    `if ${VENV}/bin/python -c '${REACHED}' "$wheels/torch/" 2> /dev/null; then set -- --extra-index-url "$wheels"; else ${otherwise}; fi`,
  ];
}

/** pip passes over an index that it cannot reach, and takes what PyPI has. */
function checkLines({ folder, version }: Wheels): readonly string[] {
  const build = 'import importlib.metadata as m; print(*{d.version for d in m.distributions(name="torch")})';
  const refusal =
    version === undefined
      ? `echo "jobimg: torch $torch is not the build \\"${folder}\\": the index has none"`
      : `{ echo "jobimg: torch $torch is not the build for CUDA ${version}: the index has none" >&2; exit 1; }`;
  return [
    `torch=$(${VENV}/bin/python -c '${build}')`,
    `case "$torch" in "" | *+${folder}) ;; *) ${refusal} ;; esac`,
  ];
}
