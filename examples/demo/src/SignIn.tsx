import { type CoatcheckError, isCoatcheckError } from '@coatcheck/client';
import { useSession } from '@coatcheck/react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { explain } from './messages.ts';
import { Problem } from './Problem.tsx';
import { useNow } from './useNow.ts';

interface Refused {
  readonly error: CoatcheckError;
  readonly at: number;
}

/** The sign-in form. Password managers fill it, the keyboard works it. */
export function SignIn({ why }: { why: string }) {
  const { login } = useSession();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const field = (name: string) => (elements.namedItem(name) as HTMLInputElement).value;
    const deviceName = field('deviceName').trim();
    setBusy(true);
    setRefused(undefined);
    try {
      await login({
        username: field('username'),
        password: field('password'),
        ...(deviceName && { deviceName }),
      });
    } catch (error) {
      if (isCoatcheckError(error)) {
        setRefused({ error, at: Date.now() });
      }
      setBusy(false);
    }
  }

  useEffect(() => {
    if (refused?.error.code === 'credentials-invalid') {
      password.current?.select();
    }
  }, [refused]);

  return (
    <form className="card sign-in" onSubmit={submit} aria-labelledby="sign-in">
      <h1 id="sign-in">Sign in</h1>
      <p className="hint">{why}</p>
      <label>
        User name
        <input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
      </label>
      <label>
        Password
        <input
          ref={password}
          name="password"
          type="password"
          autoComplete="current-password"
          aria-describedby="sign-in-problem"
          aria-invalid={refused?.error.code === 'credentials-invalid'}
          required
        />
      </label>
      <label>
        <span>
          Name of this device <span className="hint">(if you like)</span>
        </span>
        <input name="deviceName" autoComplete="off" maxLength={60} />
      </label>
      <Problem id="sign-in-problem" text={refused && explain(refused.error)} />
      {refused?.error.retryAfter !== undefined && <Wait refused={refused} />}
      <button type="submit" disabled={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  );
}

/** Counts a wait down, quietly: the sentence above it was read out already. */
function Wait({ refused: { error, at } }: { refused: Refused }) {
  const now = useNow();
  const left = Math.ceil((error.retryAfter ?? 0) - (now - at) / 1000);
  return (
    <p role="timer" className="hint">
      {left > 0 ? `${left} s to wait` : 'You can try again now.'}
    </p>
  );
}
