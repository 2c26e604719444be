/** One server-sent event. Comments are none; `retry` may come alone. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

export interface ServerEventListeners {
  /** Something came: the connection lives. */
  readonly onBytes: () => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** Milliseconds to wait before coming back. */
  readonly onRetry: (ms: number) => void;
}

/**
 * Reads a stream of server-sent events (HTML Living Standard §9.2.6) to its end. What the stream ends in the middle of is
 * dropped.
 */
export async function readServerEvents(
  body: ReadableStream<Uint8Array>,
  listeners: ServerEventListeners,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let name = '';
  let data: string[] = [];

  function line(text: string): void {
    if (text === '') {
      if (data.length > 0) {
        listeners.onEvent({ name: name || 'message', data: data.join('\n') });
      }
      name = '';
      data = [];
      return;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(text) ?? [];
    if (field === 'event') {
      name = value;
    } else if (field === 'data') {
      data.push(value);
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      listeners.onRetry(Number(value));
    }
  }

  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    listeners.onBytes();
    // A carriage return at the end may be half of a line break.
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() as string;
    lines.forEach(line);
  }
}
