import type { Difference } from './difference.ts';

/** Why two builds give other bytes, and what makes them give the same. */
export interface Cause {
  readonly cause: string;
  readonly remedy: string;
}

/** A difference and what is known around it. */
export interface Symptom extends Difference {
  /** What made the layer, as the history tells. */
  readonly createdBy?: string | undefined;
}

interface Row extends Cause {
  readonly fits: (symptom: Symptom) => boolean;
}

const INSTALLERS = /\b(?:apt-get|apt|pip|uv|conda|npm|apk|dnf)\b/;

/** The first that fits; the table of docs/reproducible.md for machines. */
const ROWS: readonly Row[] = [
  {
    cause: 'the packed bytes come from another builder',
    remedy: 'write `compression: zstd`, or use a builder from BuildKit 0.15 on',
    fits: ({ attribute }) => attribute === 'packing',
  },
  {
    cause: 'another builder chose different media types',
    remedy: 'use a builder from BuildKit 0.15 on',
    fits: ({ attribute }) => attribute === 'media type',
  },
  {
    cause: 'it was not built with the time that jobimg sets',
    remedy: 'publish it with `jobimg build`, which sets SOURCE_DATE_EPOCH',
    fits: ({ place }) => /^(?:created|history\[\d+\]\.created)$/.test(place),
  },
  {
    cause: 'logs and caches of a package manager',
    remedy:
      'in your own Dockerfile: `RUN --mount=type=tmpfs,target=/var/log --mount=type=tmpfs,target=/var/cache …`',
    fits: ({ place }) => /^\/var\/(?:log|cache|lib\/apt\/lists)(?:\/|$)/.test(place),
  },
  {
    cause: 'generated at random, once for each machine',
    remedy: 'remove it in the step that creates it, and let it be generated at the start',
    fits: ({ place }) =>
      /^\/(?:etc|var\/lib\/dbus)\/machine-id$|^\/etc\/ssh\/ssh_host_|^\/var\/lib\/systemd\/random-seed$/.test(
        place,
      ),
  },
  {
    cause: '`useradd` writes the date into it',
    remedy: 'in your own Dockerfile: `ARG SOURCE_DATE_EPOCH` in the stage',
    fits: ({ place }) => /^\/etc\/shadow-?$/.test(place),
  },
  {
    cause: 'a backup that depends on what was there before',
    remedy: 'remove it in the step that creates it',
    fits: ({ place }) =>
      /^\/etc\/(?:passwd|group|gshadow|subuid|subgid)-$|^\/var\/lib\/dpkg\/.*-old$/.test(place),
  },
  {
    cause: 'conda packages without exact versions are whatever the channels have on that day',
    remedy: '`jobimg lock`, or commit a conda-lock.yml or pixi.lock',
    fits: ({ place, createdBy = '' }) =>
      place.startsWith('/opt/conda/') && /\/jobimg-conda\//.test(createdBy),
  },
  {
    cause: 'bytecode contains the time of its source, and depends on the order in which it was compiled',
    remedy:
      'install with `pip install --no-compile`, then compile one file after another with `--invalidation-mode unchecked-hash`',
    fits: ({ place }) => place.endsWith('.pyc'),
  },
  {
    cause: 'it was compiled while the image was built',
    remedy: 'use a version that has a wheel, or build the wheel once and keep it',
    fits: ({ place }) => /\.(?:so|a|o)(?:\.[\d.]+)?$/.test(place),
  },
  {
    cause: 'conda writes the date into it',
    remedy: 'remove it in the step that installs',
    fits: ({ place }) => place.includes('/conda-meta/'),
  },
  {
    cause: 'a package was installed from a path or an address that is not always the same',
    remedy: 'install it from the same place each time',
    fits: ({ place }) => /\/direct_url\.json$|\/uv_cache\.json$/.test(place),
  },
  {
    cause: 'a compressed file contains the time when it was created',
    remedy: 'write it with `gzip --no-name`',
    fits: ({ place, attribute }) => /\.t?gz$/.test(place) && attribute === 'content',
  },
  {
    cause: 'packages without exact versions are whatever the archive has on that day',
    remedy: 'pin versions: `jobimg.lock`, `uv.lock`, or requirements with hashes',
    fits: ({ place, attribute, createdBy = '' }) =>
      INSTALLERS.test(createdBy) &&
      (attribute === 'presence' || /\/(?:site|dist)-packages\/|^\/var\/lib\/dpkg\/|^\/usr\//.test(place)),
  },
  {
    cause: 'its time is older than the time of the build, or was written by a tool of its own',
    remedy: 'give it a fixed time in the step: `touch --date="@$SOURCE_DATE_EPOCH" <file>`',
    fits: ({ attribute }) => attribute === 'time',
  },
  {
    cause: 'the umask or the file system of the machine that built it',
    remedy: 'give the mode in the step: `chmod 0644 <file>`',
    fits: ({ attribute }) => attribute === 'mode' || attribute === 'owner',
  },
  {
    cause: 'it was packed by a program other than jobimg and its builder',
    remedy: 'publish it with `jobimg build`',
    fits: ({ attribute }) => attribute === 'order' || attribute === 'records',
  },
];

const UNKNOWN: Cause = {
  cause:
    'a step that gives a different result each time: the time of day, randomness, a download, parallel work',
  remedy: 'pin what it downloads, use $SOURCE_DATE_EPOCH for the time, set a seed',
};

/** What most likely made the difference. */
export function causeOf(symptom: Symptom): Cause {
  return ROWS.find(({ fits }) => fits(symptom)) ?? UNKNOWN;
}

/** The layer that jobimg itself puts on: nothing of a build is in it. */
export const CHANGED_BY_HAND: Cause = {
  cause: 'jobimg creates this layer only from the commit, so it was changed afterwards',
  remedy: 'do not trust this image; publish it again with `jobimg build --rebuild`',
};
