import * as core from '@actions/core';
import { removeBuilder } from '../../connect/docker.ts';
import { messageOf } from '../../errors.ts';
import { cleanText } from '../../log/log.ts';
import { printRemoval } from '../../report/text/removal.ts';

export async function removeOwnBuilder(): Promise<void> {
  try {
    core.info(printRemoval(await removeBuilder(process.env)));
  } catch (error) {
    core.warning(cleanText(`the builder may still be there: ${messageOf(error)}`));
  }
}
