import { resolve } from 'node:path';
import * as core from '@actions/core';
import { connectPullRequests } from '../connect/github/github.ts';
import { readCost } from '../host/cost-file.ts';
import { readCommentInputs, readCommentStep } from '../host/inputs/comment.ts';
import { readPullRequestEvent } from '../host/pull-request-event.ts';
import { systemClock } from '../io/clock.ts';
import { workspaceFolder } from '../io/fs/folders.ts';
import { commentCost } from '../steps/comment/comment-cost.ts';
import { runStep } from './step.ts';

/** The step of `comment/action.yml`: it reads what a stranger may have written, and runs nothing of it. */
export async function commentAction(): Promise<void> {
  await runStep({
    read: readCommentStep,
    async work({ githubToken: token }, _, host) {
      const { env } = process;
      const { file } = readCommentInputs(env);
      const cost = readCost(resolve(workspaceFolder(env), file));
      const event = await readPullRequestEvent(env);
      const pulls = await connectPullRequests({ env, host, clock: systemClock, token });
      const why =
        event === undefined || pulls === undefined
          ? 'this workflow runs after none of a pull request'
          : await commentCost(cost, event, pulls, host.hide);
      host.info(why === undefined ? 'the comment on the pull request is up to date' : `no comment: ${why}`);
      core.setOutput('commented', String(why === undefined));
    },
  });
}
