import type { SessionInfo } from '@coatcheck/client';
import { useSession } from '@coatcheck/react';
import { useEffect } from 'react';
import { duration } from './messages.ts';
import { useNow } from './useNow.ts';

/** The session as a cloakroom ticket: its public number, and how long the coat is kept. */
export function Ticket({ session }: { session: SessionInfo }) {
  const { refresh } = useSession();
  const now = useNow();
  const idleEnd = Date.parse(session.idleExpiresAt);
  const end = Date.parse(session.expiresAt);
  const isOver = now >= Math.min(idleEnd, end);

  // By this page's clock. Whether it is really over is for the API to say.
  useEffect(() => {
    if (isOver) {
      refresh({ slide: false }).catch(() => {});
    }
  }, [isOver, refresh]);

  return (
    <section className="ticket" aria-labelledby="ticket">
      <h2 id="ticket">Your session</h2>
      <p className="number" data-testid="session-id">
        {session.id}
      </p>
      <dl>
        <Countdown
          name="Ends when idle for"
          left={idleEnd - now}
          of={idleEnd - Date.parse(session.lastSeenAt)}
          testid="idle"
        />
        <Countdown
          name="Ends in any case in"
          left={end - now}
          of={end - Date.parse(session.createdAt)}
          testid="absolute"
        />
        <div>
          <dt>Travels as</dt>
          <dd data-testid="transport">{session.transport}</dd>
        </div>
        <div>
          <dt>Device</dt>
          <dd data-testid="device">{session.device ?? 'no name'}</dd>
        </div>
        <div>
          <dt>Signed in</dt>
          <dd>{new Date(session.authenticatedAt).toLocaleString()}</dd>
        </div>
      </dl>
    </section>
  );
}

function Countdown({ name, left, of, testid }: { name: string; left: number; of: number; testid: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span role="timer" data-testid={testid}>
          {duration(left)}
        </span>
        <progress
          aria-label={name}
          max={Math.max(1, of)}
          value={Math.min(Math.max(0, left), Math.max(1, of))}
        />
      </dd>
    </div>
  );
}
