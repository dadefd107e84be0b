/**
 * The id that GitHub gave to this job of the workflow run, as the runner's token says it: no variable tells the legs of a
 * workflow's matrix apart. undefined where there is no such token.
 */
export function workflowJobOf(token: string | undefined): string | undefined {
  const scopes = scopesOf(token ?? '').split(' ');
  const [, , job] = scopes.find((scope) => scope.startsWith('Actions.Results:'))?.split(':') ?? [];
  return job;
}

function scopesOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const isObject = typeof claims === 'object' && claims !== null;
    return isObject && 'scp' in claims && typeof claims.scp === 'string' ? claims.scp : '';
  } catch {
    return ''; // A token of another shape says nothing; the client tells what is wrong with it.
  }
}
