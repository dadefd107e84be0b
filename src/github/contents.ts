import type { GithubApi } from './api.ts';

/** A file of a commit; undefined: it has none. https://docs.github.com/en/rest/repos/contents#get-repository-content */
export async function fileAt(api: GithubApi, commit: string, path: string): Promise<string | undefined> {
  const name = path.split('/').map(encodeURIComponent).join('/');
  const { status, text } = await api.call({
    method: 'GET',
    path: `contents/${name}?ref=${encodeURIComponent(commit)}`,
    accept: 'application/vnd.github.raw+json',
    expect: [404],
  });
  return status === 404 ? undefined : text;
}
