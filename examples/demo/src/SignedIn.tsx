import type { SessionInfo, User } from '@coatcheck/client';
import { useSession } from '@coatcheck/react';
import { useEffect, useRef } from 'react';
import { Devices } from './Devices.tsx';
import { Problem } from './Problem.tsx';
import { Requests } from './Requests.tsx';
import { Ticket } from './Ticket.tsx';
import { useAction } from './useAction.ts';

/** What somebody who is signed in sees. */
export function SignedIn({ user, session }: { user: User; session: SessionInfo }) {
  const { logout } = useSession();
  const leaving = useAction();
  const heading = useRef<HTMLHeadingElement>(null);

  // The form that had the focus is gone.
  useEffect(() => heading.current?.focus(), []);

  return (
    <>
      <div className="greeting">
        <h1 ref={heading} tabIndex={-1}>
          Hello, <span data-testid="user-name">{user.name}</span>
        </h1>
        <button type="button" disabled={leaving.busy} onClick={() => leaving.start(logout)}>
          Sign out
        </button>
      </div>
      <Problem text={leaving.problem} />
      <Ticket session={session} />
      <Requests />
      <Devices />
    </>
  );
}
