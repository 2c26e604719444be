import { useCallback, useState } from 'react';
import { explain } from './messages.ts';

/** Something that a button starts: whether it is running, and what went wrong. */
export interface Action {
  readonly busy: boolean;
  readonly problem: string | undefined;
  start(run: () => Promise<void>): void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const start = useCallback((run: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    run()
      .catch((error) => setProblem(explain(error)))
      .finally(() => setBusy(false));
  }, []);
  return { busy, problem, start };
}
