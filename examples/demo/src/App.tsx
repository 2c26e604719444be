import { useSession } from '@coatcheck/react';
import { explain, whySignedOut } from './messages.ts';
import { Problem } from './Problem.tsx';
import { SignedIn } from './SignedIn.tsx';
import { SignIn } from './SignIn.tsx';

/** Three states, three pages. */
export function App() {
  const { status, stale, user, session, reason } = useSession();
  return (
    <>
      <header>
        <p className="brand">Coatcheck</p>
        <p className="tagline">One session, two origins</p>
        <a href="/doctor">The doctor</a>
      </header>
      <main>
        <p role="status" className="said-only" data-testid="status" data-status={status}>
          {status === 'signed-in'
            ? `Signed in as ${user.name}.`
            : status === 'signed-out' && whySignedOut(reason)}
        </p>
        {stale && <Stale />}
        {status === 'unknown' && !stale && <p className="waiting">Looking for your session …</p>}
        {status === 'signed-out' && <SignIn why={whySignedOut(reason)} />}
        {status === 'signed-in' && <SignedIn key={session.id} user={user} session={session} />}
      </main>
      <footer>This page is served from {globalThis.location.origin}, its API is another origin.</footer>
    </>
  );
}

function Stale() {
  const { status, error, refresh } = useSession();
  return (
    <section className="card" aria-label="Connection">
      <Problem
        text={
          status === 'unknown' && error
            ? explain(error)
            : "The API can't be asked at the moment. What you see is what it said last."
        }
      />
      <button type="button" className="quiet" onClick={() => refresh().catch(() => {})}>
        Try again
      </button>
    </section>
  );
}
