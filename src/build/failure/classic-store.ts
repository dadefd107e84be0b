import { UserError } from '../../errors.ts';

/** What is read of `GET /info`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
interface EngineInfo {
  readonly DriverStatus?: readonly (readonly [string, string])[];
}

/** Whether an engine keeps images in its classic store, where an export loses its options without a word. */
export function hasClassicStore(info: unknown): boolean {
  const { DriverStatus } = info as EngineInfo;
  if (DriverStatus === undefined) return false;
  return !DriverStatus.some(([name, value]) => name === 'driver-type' && value.startsWith('io.containerd.'));
}

export const CLASSIC_STORE_ADVICE = {
  message:
    'this Docker engine does not use the containerd image store, so it cannot push images reproducibly',
  hint: 'leave out the input "builder" (--builder) and JOBIMG_BUILDER, and a builder is created next to the engine; or name one with another driver; or add {"features": {"containerd-snapshotter": true}} to /etc/docker/daemon.json and restart Docker',
  kind: 'unavailable',
} as const;

export function classicStoreError(): UserError {
  const { message, hint, kind } = CLASSIC_STORE_ADVICE;
  return new UserError(message, { kind, code: 'build-classic-store', hint });
}
