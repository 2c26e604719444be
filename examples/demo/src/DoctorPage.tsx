import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Diagnosis } from './Diagnosis.tsx';
import { examine, type Order, type Report } from './doctorApi.ts';
import { Problem } from './Problem.tsx';

/** The doctor with a form, for people who would rather look than read. */
export function DoctorPage() {
  const [steps, setSteps] = useState<readonly string[]>();
  const [report, setReport] = useState<Report>();
  const [problem, setProblem] = useState<string>();
  const running = useRef<AbortController>(null);
  const result = useRef<HTMLHeadingElement>(null);

  useEffect(() => () => running.current?.abort(), []);
  useEffect(() => {
    if (report) {
      result.current?.focus();
    }
  }, [report]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const order = read(event.currentTarget);
    const stop = new AbortController();
    running.current = stop;
    setReport(undefined);
    setProblem(undefined);
    setSteps([]);
    try {
      setReport(await examine(order, (step) => setSteps((before) => [...(before ?? []), step]), stop.signal));
    } catch (error) {
      if (!stop.signal.aborted) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    } finally {
      setSteps(undefined);
    }
  }

  return (
    <>
      <header>
        <p className="brand">Coatcheck</p>
        <p className="tagline">The doctor</p>
        <a href="/">The demo</a>
      </header>
      <main>
        <Form busy={steps !== undefined} onSubmit={submit} onStop={() => running.current?.abort()} />
        <p role="status" data-testid="progress" className={steps ? 'progress' : 'said-only'}>
          {steps && `Asking: ${steps.at(-1) ?? 'the API'} …`}
          {report && 'The examination is done.'}
        </p>
        {steps && <progress aria-label="Requests made so far" max={24} value={Math.min(steps.length, 23)} />}
        <Problem text={problem} />
        {report && <Diagnosis report={report} heading={result} />}
      </main>
      <footer>
        This page's own server asks the API as the browser you chose would: about twenty requests, on this
        machine. The password goes into the sign-in and nowhere else.
      </footer>
    </>
  );
}

function read(form: HTMLFormElement): Order {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '').trim();
  const login = text('login');
  return {
    app: text('app'),
    api: text('api'),
    browser: text('browser'),
    ...(data.get('block') !== null && { blocksThirdPartyCookies: true }),
    ...(login && { login, body: text('body'), password: String(data.get('password') ?? '') }),
    ...(text('me') && { me: text('me') }),
    ...(text('logout') && { logout: text('logout') }),
  };
}

function Form({
  busy,
  onSubmit,
  onStop,
}: {
  busy: boolean;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onStop: () => void;
}) {
  return (
    <form className="card doctor" onSubmit={onSubmit} aria-labelledby="doctor">
      <h1 id="doctor">Why does my login not hold?</h1>
      <div className="pair">
        <Field name="app" label="Origin of your app" value="http://localhost:5173" required />
        <Field name="api" label="URL of its API" value="http://localhost:8000" required />
      </div>
      <div className="pair">
        <Field name="login" label="Sign-in" hint="a path, sent by POST" value="/login" />
        <Field name="me" label="Only for signed-in users" hint="a path" value="/me" />
      </div>
      <label>
        <span>
          Body of the sign-in{' '}
          <span className="hint">
            JSON or a form; <code>{'{{password}}'}</code> is where the password goes
          </span>
        </span>
        <textarea
          name="body"
          rows={2}
          spellCheck={false}
          autoCapitalize="none"
          defaultValue={'{"username":"anna","password":"{{password}}"}'}
        />
      </label>
      <div className="pair">
        <label>
          Password
          <input name="password" type="password" autoComplete="off" />
        </label>
        <Field name="logout" label="Sign-out" hint="a path, if you like" value="" />
      </div>
      <div className="pair">
        <label>
          Browser
          <select name="browser" defaultValue="chromium">
            <option value="chromium">Chromium (Chrome, Edge)</option>
            <option value="firefox">Firefox</option>
            <option value="safari">Safari</option>
          </select>
        </label>
        <label className="tick">
          <input name="block" type="checkbox" />
          It blocks third-party cookies
        </label>
      </div>
      <div className="buttons">
        <button type="submit" disabled={busy}>
          {busy ? 'Examining …' : 'Examine'}
        </button>
        {busy && (
          <button type="button" className="quiet" onClick={onStop}>
            Stop
          </button>
        )}
      </div>
    </form>
  );
}

function Field({
  name,
  label,
  hint,
  value,
  required = false,
}: {
  name: string;
  label: string;
  hint?: string;
  value: string;
  required?: boolean;
}) {
  return (
    <label>
      <span>
        {label} {hint && <span className="hint">{hint}</span>}
      </span>
      <input
        name={name}
        defaultValue={value}
        required={required}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
      />
    </label>
  );
}
