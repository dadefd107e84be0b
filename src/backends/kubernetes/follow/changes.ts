/** A change that nobody waited for is told to who waits next. */
export class Changes {
  #isTold = false;
  #waiting: (() => void) | undefined;
  readonly listeners = new Set<() => void>();

  tell(): void {
    this.#isTold = true;
    this.#waiting?.();
    for (const listener of this.listeners) listener();
  }

  async next(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isTold) await this.#wait(milliseconds, signal);
    this.#isTold = false;
  }

  #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        this.#waiting = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#waiting = end;
      if (signal?.aborted) end();
      else signal?.addEventListener('abort', end);
    });
  }
}
