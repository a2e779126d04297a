/** Something that is done over and over. */
export interface Ticker {
  /** Ends the ticking and waits for the tick under way. */
  stop(): Promise<void>;
}

/**
 * Calls `tick` (which beats while it gets on) now and then `intervalMs` after the last one began, or at once when it took longer; never two at a
 * time. What a tick throws goes to `onError`, and the next comes all the same.
 */
export function startTicker(
  tick: (beat: () => void) => Promise<unknown>,
  options: {
    intervalMs: number;
    /**
     * Told when a tick beats, and after each, also one that threw: what it depends on may be away, which is no reason to
     * restart.
     */
    onTick: () => void;
    onError: (error: unknown) => void;
  },
): Ticker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    const started = performance.now();
    try {
      await tick(options.onTick);
    } catch (error) {
      options.onError(error);
    }
    options.onTick();
    if (!stopped) timer = setTimeout(go, Math.max(0, options.intervalMs - (performance.now() - started)));
  };
  const go = (): void => {
    underWay = run();
  };
  go();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
