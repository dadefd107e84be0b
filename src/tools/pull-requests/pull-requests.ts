/** What is asked of the pull requests of the repository, and written to them. */
export interface PullRequests {
  /** undefined: there is none with this number. */
  find(number: number): Promise<PullRequest | undefined>;
  comments(number: number): AsyncIterable<Comment>;
  addComment(number: number, body: string): Promise<void>;
  replaceComment(id: number, body: string): Promise<void>;
}

export interface PullRequest {
  readonly isOpen: boolean;
  readonly headSha: string;
  /** `owner/name`; undefined: its fork was deleted. */
  readonly headRepository: string | undefined;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  /** Whether a program wrote it, as that of a workflow. */
  readonly byBot: boolean;
}
