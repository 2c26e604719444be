import type { Coatcheck } from '@coatcheck/client';

/** What the demo's own part of the API answers: which session it saw, and the counter that lies in it. */
export interface Seen {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly counter: number | undefined;
}

export const readMe = (client: Coatcheck): Promise<Seen> => seenBy(client.fetch('/api/me'));

export const count = (client: Coatcheck): Promise<Seen> =>
  seenBy(client.fetch('/api/counter', { method: 'POST' }));

/** Ten reads and ten writes, all at once. */
export function twentyAtOnce(client: Coatcheck): Promise<readonly Seen[]> {
  return Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? readMe(client) : count(client))),
  );
}

async function seenBy(request: Promise<Response>): Promise<Seen> {
  const answer = await request;
  const body: unknown = await answer.json().catch(() => undefined);
  const members: { sessionId?: unknown; counter?: unknown } =
    typeof body === 'object' && body !== null ? body : {};
  return {
    status: answer.status,
    sessionId: typeof members.sessionId === 'string' ? members.sessionId : undefined,
    counter: typeof members.counter === 'number' ? members.counter : undefined,
  };
}
