import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import type { GithubSite } from '../../job/sites.ts';
import { STRING, scalar } from '../../rows/scalar.ts';
import { parseRef, parseRepository, parseVariableOfToken, parseWorkflow } from '../../values/github.ts';
import { PlaceName } from './command-site.ts';

const Fleet = z.strictObject({
  repository: scalar(parseRepository, STRING),
  workflow: scalar(parseWorkflow, STRING).optional(),
  ref: scalar(parseRef, STRING).optional(),
  'token-env': scalar(parseVariableOfToken, STRING).optional(),
  api: scalar(parseApi, STRING).optional(),
});

/** Workflows of other repositories, by the names that specs call them. */
export const Fleets = z.record(PlaceName, Fleet);
export const FLEET_KEYS: readonly string[] = Object.keys(Fleet.shape);

export const DEFAULT_WORKFLOW = 'jobimg.yml';
export const DEFAULT_REF = 'main';
export const DEFAULT_TOKEN = 'JOBIMG_GITHUB_TOKEN';

export function githubSites(written: z.output<typeof Fleets>): ReadonlyMap<string, GithubSite> {
  return new Map(
    Object.entries(written).map(([name, { repository, workflow, ref, api, 'token-env': tokenEnv }]) => [
      name,
      {
        repository,
        workflow: workflow ?? DEFAULT_WORKFLOW,
        ref: ref ?? DEFAULT_REF,
        tokenEnv: tokenEnv ?? DEFAULT_TOKEN,
        api,
      },
    ]),
  );
}

/** A token goes there, so it is not said in the clear but to this machine. */
function parseApi(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOwn = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isPlain = url !== undefined && url.username === '' && url.search === '' && url.hash === '';
  if (isPlain && (url.protocol === 'https:' || isOwn)) return text.replace(/\/+$/, '');
  throw new UserError(`"${text}" is no address of GitHub's API`, {
    hint: 'write it as in https://github.example.com/api/v3; leave it out for github.com',
  });
}
