export interface ConvertedSteps {
  readonly requirements: string | undefined;
  readonly build: readonly string[];
  readonly setup: readonly string[];
}

/** What our reader puts before each step, so that it goes on after a command that fails. */
const GOES_ON = 'set +eu\n';
const INSTALL = /^(?:python3? -m )?pip3? install(?: --(?:no-cache-dir|upgrade)| -U)* -r ([\w./-]+)$/;
/** Files that Polyaxon puts beside its steps. */
const FILES = /\b(?:polyaxon_)?(?:requirements\.txt|conda_env\.ya?ml|setup\.sh)\b/;

/** Steps before the code, the file that the first of them installs, and those that need files of the repository. */
export function convertSteps(written: readonly string[]): ConvertedSteps {
  const steps = written.map(withoutGoesOn);
  const [first = ''] = steps;
  const [, requirements] = INSTALL.exec(first.trim()) ?? [];
  const rest = requirements === undefined ? steps : steps.slice(1);
  const needing = rest.findIndex((step) => FILES.test(step));
  const at = needing < 0 ? rest.length : needing;
  return { requirements, build: rest.slice(0, at), setup: rest.slice(at).map(withBash) };
}

/** One command ends the step with its own code in either way. */
function withoutGoesOn(step: string): string {
  const text = step.startsWith(GOES_ON) ? step.slice(GOES_ON.length) : step;
  return /[\n;]/.test(text.trim()) ? step : text;
}

/** A script of the repository may have no executable bit, which Polyaxon gives it. */
function withBash(step: string): string {
  return step.replace(/^(\.\/)?((?:polyaxon_)?setup\.sh)\b/, 'bash $2');
}
