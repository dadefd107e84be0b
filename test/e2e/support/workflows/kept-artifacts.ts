import { type Repository, repositoryWith } from '../repository.ts';

/** What `actions/upload-artifact` and `actions/download-artifact` do with one file, over a folder. */
export interface KeptArtifacts extends Pick<Repository, 'folder'> {
  /** By what `uses` says in these workflows. */
  actionsOf(...workflows: readonly string[]): Readonly<Record<string, string>>;
  /** Of the runner. */
  readonly env: Readonly<Record<string, string>>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function keptArtifacts(): Promise<KeptArtifacts> {
  const kept = await repositoryWith({
    files: {
      'upload-artifact/action.yml': action('mkdir -p "$KEPT/$NAME" && cp "$FILE" "$KEPT/$NAME/"'),
      'download-artifact/action.yml': action('mkdir -p "$FILE" && cp "$KEPT/$NAME/"* "$FILE/"'),
    },
  });
  return {
    folder: kept.folder,
    env: { KEPT: `${kept.folder}/artifacts` },
    actionsOf: (...workflows) =>
      Object.fromEntries(
        [...workflows.join('\n').matchAll(/actions\/((?:up|down)load-artifact)@\w+/g)].map(([uses, name]) => [
          uses,
          `${kept.folder}/${name}`,
        ]),
      ),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}

function action(command: string): string {
  const inputs = Object.fromEntries(
    ['name', 'path', 'run-id', 'github-token', 'retention-days'].map((name) => [name, { description: name }]),
  );
  const env = { NAME: expressionOf('name'), FILE: expressionOf('path') };
  const steps = [{ run: command, shell: 'sh', env }];
  return JSON.stringify({ name: 'x', description: 'y', inputs, runs: { using: 'composite', steps } });
}

/** GitHub's own expression. */
function expressionOf(input: string): string {
  return `\${{ inputs.${input} }}`;
}
