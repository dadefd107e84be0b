/** One entry of a layer, with everything of it that decides bytes. */
export interface LayerEntry {
  /** Absolute in the image. */
  readonly path: string;
  /** As tar has it: `file`, `directory`, `symlink`, `link`, … */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a link leads. */
  readonly link?: string | undefined;
  /** `major:minor` of a device. */
  readonly device?: string | undefined;
  /** The extended attributes and other pax records, by name. */
  readonly records: ReadonlyMap<string, string>;
  /** Hex SHA-256. */
  readonly content: string;
}
