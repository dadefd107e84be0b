import * as z from 'zod';

/** The fields of the Engine API's answers that are read here: https://docs.docker.com/reference/api/engine/ */

const Labels = z.record(z.string(), z.string()).nullish();

export const Info = z.object({
  /** Of its machine. */
  Name: z.string().optional(),
  NCPU: z.number().optional(),
  MemTotal: z.number().optional(),
  OSType: z.string().optional(),
  Architecture: z.string().optional(),
  ServerVersion: z.string().optional(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  CDISpecDirs: z.array(z.string()).nullish(),
  /** Since 1.50. */
  DiscoveredDevices: z.array(z.object({ Source: z.string(), ID: z.string() })).nullish(),
});
export type Info = z.infer<typeof Info>;

export const ImageFacts = z.object({
  Id: z.string(),
  Architecture: z.string().optional(),
  Config: z
    .object({
      User: z.string().nullish(),
      WorkingDir: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
    })
    .nullish(),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

export const Created = z.object({ Id: z.string(), Warnings: z.array(z.string()).nullish() });

export const Container = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({
    Labels,
    WorkingDir: z.string().nullish(),
    Env: z.array(z.string()).nullish(),
    Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish(),
  }),
  State: z.object({
    /** created, running, paused, restarting, removing, exited or dead. */
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean().optional(),
    ExitCode: z.number(),
    Error: z.string(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z.object({ Log: z.array(z.object({ ExitCode: z.number() })).nullish() }).nullish(),
  }),
});
export type Container = z.infer<typeof Container>;

/** With `size=true`. */
export const Sized = z.object({ SizeRootFs: z.number().optional() });

export const Listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Labels,
    State: z.string(),
    /** Seconds since 1970. */
    Created: z.number().optional(),
  }),
);
export type Listed = z.infer<typeof Listed>;

/** What `ps` says of a container's processes. */
export const Top = z.object({
  Titles: z.array(z.string()),
  Processes: z.array(z.array(z.string())).nullish(),
});

/** One line of the answer to a pull. */
export const Progress = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
});
export type Progress = z.infer<typeof Progress>;
