import type { Disk } from '../../disk/disk.ts';
import { isHosted } from '../../disk/free-space.ts';
import type { Storage } from '../../tools/storage.ts';
import { type AskOptions, builderQuestions } from './ask.ts';
import type { BuilderChoice } from './choice.ts';
import { type BuilderPlace, buildDisks, readPlace } from './disks.ts';
import { readHeld } from './held-images.ts';
import { findContainer } from './own/container.ts';

export interface StorageOptions extends AskOptions {
  /** Of this machine. */
  readonly hostName: string;
  readonly diskOf: (folder: string) => Promise<Disk | undefined>;
}

/** Where builds leave what they fetch and make. */
export function createStorage(options: StorageOptions): Storage {
  const questions = builderQuestions(options);

  async function placeOf(choice: BuilderChoice, engineUrl: string): Promise<BuilderPlace | undefined> {
    if (choice.kind === 'own') return 'container';
    if (choice.kind === 'none') return undefined;
    const text = await questions.inspect(choice.kind === 'named' ? choice.name : undefined);
    return text === undefined ? undefined : readPlace(text, engineUrl);
  }

  return {
    async disks(to) {
      const engine = await questions.engine();
      if (engine === undefined) return undefined;
      const { api, info } = engine;
      const choice = await questions.choice(to === 'registry');
      const place = await placeOf(choice, api.url);
      if (place === undefined) return undefined;
      const { hostName, diskOf } = options;
      // Elsewhere it stays for the builds to come.
      const releasable = choice.kind === 'own' && isHosted(options.env);
      return buildDisks({ place, releasable, engine: { url: api.url, info }, hostName, diskOf });
    },
    async held(to) {
      const choice = await questions.choice(to === 'registry');
      if (choice.kind === 'own') {
        const engine = await questions.engine();
        const there = engine && (await findContainer(engine.api));
        // buildx knows a builder of ours only while it builds.
        return there === undefined ? new Set() : undefined;
      }
      const name = choice.kind === 'named' ? ['--builder', choice.name] : [];
      const { code, stdout } = await questions.call(['du', '--verbose', ...name]);
      return code === 0 ? readHeld(stdout) : undefined;
    },
  };
}
