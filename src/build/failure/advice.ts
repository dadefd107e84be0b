import { freeSpaceHint } from '../../disk/free-space.ts';
import type { ErrorOptions } from '../../errors.ts';
import { CLASSIC_STORE_ADVICE } from './classic-store.ts';
import type { FailureKind } from './kind.ts';

export interface Advice {
  readonly message: string;
  readonly hint: string;
  readonly kind?: ErrorOptions['kind'];
}

export const ADVICE: Readonly<Record<FailureKind, Advice>> = {
  cancelled: { message: 'the build was cancelled', hint: 'start it again: what was built is in the cache' },
  'missing-file': {
    message: 'the build reads a file that is not there',
    hint: 'check the path that the message names',
  },
  step: { message: 'a step failed', hint: 'see the log above' },
  dockerfile: { message: 'the Dockerfile cannot be built', hint: 'fix the line that the message names' },
  disk: {
    message: 'no space is left for the build',
    hint: freeSpaceHint(undefined),
    kind: 'unavailable',
  },
  exists: {
    message: 'another build put the same image into the engine at the same time',
    hint: 'start it again: it is there now',
    kind: 'unavailable',
  },
  'no-buildx': {
    message: 'docker has no buildx',
    hint: 'install the package docker-buildx-plugin, or put docker/setup-buildx-action before this step',
    kind: 'unavailable',
  },
  'old-buildx': {
    message: 'this buildx is too old',
    hint: 'install buildx 0.13 or newer, or put docker/setup-buildx-action before this step',
    kind: 'unavailable',
  },
  'by-digest': {
    message: 'the builder pushes no image by its digest alone',
    hint: 'name another builder with the input "builder" (--builder)',
    kind: 'unavailable',
  },
  'no-builder': {
    message: 'the builder does not exist',
    hint: 'list builders with: docker buildx ls; then set the input "builder" (--builder), or leave it out',
    kind: 'unavailable',
  },
  'no-contact': {
    message: 'the builder does not answer',
    hint: 'check that it runs: docker buildx ls, docker buildx inspect; or leave the input "builder" (--builder) out',
    kind: 'unavailable',
  },
  'no-daemon': {
    message: 'the Docker engine does not answer',
    hint: 'start it, or name a remote builder with the input "builder" (--builder); check DOCKER_HOST and the permissions of its socket',
    kind: 'unavailable',
  },
  'classic-store': CLASSIC_STORE_ADVICE,
  certificate: {
    message: 'the builder does not trust the certificate of a registry',
    hint: "the builder has its own list of trusted CAs: add your company's CA to the Docker engine or to buildkitd, not only to this machine",
    kind: 'unavailable',
  },
  secret: {
    message: 'the Dockerfile mounts a secret that the build does not have',
    hint: 'name it in the spec, image: { secrets: [NAME] }, and give its value in the environment',
    kind: 'input',
  },
  ssh: {
    message: 'the build needs an SSH agent',
    hint: 'start one and add the key, eval $(ssh-agent) && ssh-add, and write image: { index: … } or a package by git+ssh in the spec, for which it is forwarded',
    kind: 'input',
  },
  entitlement: {
    message: 'the builder does not allow what the Dockerfile asks for',
    hint: 'leave out --security=insecure, --network=host and --device: they would give the build rights on the machine',
  },
  platform: {
    message: 'an image that the build reads is not there for the platform',
    hint: 'name one that has it, or write image: { platforms: … }',
    kind: 'input',
  },
  frontend: {
    message: 'the builder cannot use the frontend of the Dockerfile',
    hint: 'name another release in its "# syntax" line, or leave the line out',
  },
  checksum: {
    message: 'a file that the build downloads is not the one that its checksum names',
    hint: 'check the address, and the value of --checksum',
  },
  download: {
    message: 'a file that the build downloads is not there',
    hint: 'check the address behind ADD: the server has no such file, or does not give it without a login',
  },
  git: {
    message: 'a repository that the build reads does not have what was asked for',
    hint: 'check the address behind ADD, and the branch, tag or commit that it names',
  },
  network: {
    message: 'the builder could not reach a registry',
    hint: 'try again; behind a proxy, the engine needs it in its own configuration',
    kind: 'unavailable',
  },
  'builder-died': {
    message: 'the builder ended during the build',
    hint: 'look at its log (docker logs, journalctl -u docker): often it ran out of memory',
    kind: 'unavailable',
  },
  denied: {
    message: 'a registry refused the builder',
    hint: 'log in to it before (docker login), or give the input "registry-auth"; on GitHub add "permissions: { packages: write }"',
    kind: 'input',
  },
  push: {
    message: 'the registry lost what was pushed to it',
    hint: 'start it again: what is there already is not sent twice; if this happens often, look at the log of the registry',
    kind: 'unavailable',
  },
  'not-found': {
    message: 'an image that the build reads does not exist',
    hint: 'check its name and tag, and the `mirrors` of the defaults file',
    kind: 'input',
  },
  cache: {
    message: 'the build cache cannot be used',
    hint: 'check `cache-from` and `cache-to`, or leave them out: the environment image is the cache',
  },
  unknown: { message: 'the build failed', hint: 'see the log above' },
};
