import { useCoatcheck, useSession } from '@coatcheck/react';
import { useState } from 'react';
import { count, type Seen, twentyAtOnce } from './demoApi.ts';
import { Problem } from './Problem.tsx';
import { useAction } from './useAction.ts';

/** Requests that show what a session is good for: one number in all answers, and a counter that loses nothing. */
export function Requests() {
  const client = useCoatcheck();
  const { refresh } = useSession();
  const action = useAction();
  const [counter, setCounter] = useState<number>();
  const [answers, setAnswers] = useState<readonly Seen[]>();

  const send = (request: () => Promise<readonly Seen[]>, keep: (seen: readonly Seen[]) => void) =>
    action.start(async () => {
      const seen = await request();
      const counters = seen.flatMap((one) => one.counter ?? []);
      if (counters.length > 0) {
        setCounter(Math.max(...counters));
      }
      keep(seen);
      const refused = seen.find((one) => one.status >= 400);
      if (refused) {
        throw new Error(`The API answered ${refused.status}.`);
      }
      // Requests move the idle timeout: show where it is now, without moving it.
      await refresh({ slide: false });
    });

  return (
    <section className="card" aria-labelledby="requests">
      <h2 id="requests">Try it</h2>
      <p>
        Ten reads and ten writes at once, to another origin, from this tab. The counter lies in the session,
        on the server.
      </p>
      <div className="buttons">
        <button
          type="button"
          disabled={action.busy}
          onClick={() => send(() => twentyAtOnce(client), setAnswers)}
        >
          20 parallel requests
        </button>
        <button
          type="button"
          className="quiet"
          disabled={action.busy}
          onClick={() =>
            send(
              async () => [await count(client)],
              () => setAnswers(undefined),
            )
          }
        >
          Count one up
        </button>
      </div>
      <p role="status">
        {answers && <Summary answers={answers} />}{' '}
        {counter !== undefined && (
          <>
            The counter stands at <strong data-testid="counter">{counter}</strong>.
          </>
        )}
      </p>
      <Problem text={action.problem} />
    </section>
  );
}

function Summary({ answers }: { answers: readonly Seen[] }) {
  const ids = [...new Set(answers.flatMap((one) => one.sessionId ?? []))];
  const fine = answers.filter((one) => one.status === 200).length;
  const steps = new Set(answers.flatMap((one) => one.counter ?? [])).size;
  return (
    <span data-testid="parallel" data-sessions={ids.length} data-answers={fine} data-steps={steps}>
      <strong>{fine}</strong> of {answers.length} answered,{' '}
      <strong>{ids.length === 1 ? 'one session' : `${ids.length} sessions`}</strong> in all answers (
      <code>{ids.join(', ')}</code>), {steps} steps counted.
    </span>
  );
}
