import { allOrErrors } from '../../all-or-errors.ts';
import { UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import type { EnvironmentPlan } from '../../plan/plan.ts';
import { unreadTriggers } from '../../recipe/dockerfile/context/triggers.ts';
import type { Tools } from '../../tools/tools.ts';

/**
 * What bases have in ONBUILD is not seen when the files of a context are chosen. It is looked for before a build
 * alone: an image that was built has passed.
 */
export async function checkTriggers(plan: EnvironmentPlan, registry: Tools['registry']): Promise<void> {
  const { ownPath, context, platform } = plan.build;
  const files = context[0]?.files;
  if (ownPath === undefined || files?.kind !== 'walked' || files.sources === undefined) return;
  const { sources } = files;
  await allOrErrors(
    plan.fetches.images.map(async (image) => {
      const digest = await registry.resolve(image, platform);
      if (digest === undefined) return;
      const { config } = await registry.pull({ registry: image.registry, path: image.path, digest });
      const [trigger] = unreadTriggers(config.config?.OnBuild ?? [], sources);
      if (trigger === undefined) return;
      throw new UserError(
        `the image "${printReference(image)}" has "ONBUILD ${trigger}", and its files are not in the context`,
        {
          code: 'dockerfile-onbuild',
          hint: `what a base reads is not known before the build: also write "${trigger}" below FROM`,
          location: { file: ownPath },
        },
      );
    }),
  );
}
