import type { DeviceSession } from '@coatcheck/client';
import { useCoatcheck } from '@coatcheck/react';
import { useEffect, useState } from 'react';
import { Problem } from './Problem.tsx';
import { useAction } from './useAction.ts';

/** Everywhere this person is signed in, and how to end that. */
export function Devices() {
  const { sessions } = useCoatcheck();
  const { busy, problem, start } = useAction();
  const [devices, setDevices] = useState<readonly DeviceSession[]>([]);

  const listAfter = (run: () => Promise<void>) =>
    start(async () => {
      await run();
      setDevices(await sessions.list());
    });

  useEffect(() => {
    start(async () => setDevices(await sessions.list()));
  }, [sessions, start]);

  return (
    <section className="card" aria-labelledby="devices">
      <h2 id="devices">Your devices</h2>
      <ul data-testid="devices">
        {devices.map((device) => (
          <li key={device.id} data-current={device.current}>
            <span>
              <strong>{device.device ?? 'A device without a name'}</strong>
              {device.current && <span className="badge">this one</span>}
              <span className="hint">
                {device.id} · last seen {new Date(device.lastSeenAt).toLocaleString()}
              </span>
            </span>
            {!device.current && (
              <button
                type="button"
                className="quiet"
                disabled={busy}
                aria-label={`End ${device.device ?? device.id}`}
                onClick={() => listAfter(() => sessions.end(device.id))}
              >
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      <div className="buttons">
        <button
          type="button"
          className="quiet"
          disabled={busy || devices.every((device) => device.current)}
          onClick={() => listAfter(() => sessions.endOthers())}
        >
          End all others
        </button>
        <button type="button" className="quiet" disabled={busy} onClick={() => listAfter(async () => {})}>
          Look again
        </button>
      </div>
      <Problem text={problem} />
    </section>
  );
}
