/** What the form asks the demo's own server for; it answers line by line while it asks the API. */
export interface Order {
  readonly app: string;
  readonly api: string;
  readonly browser: string;
  readonly blocksThirdPartyCookies?: boolean;
  readonly login?: string;
  readonly body?: string;
  readonly password?: string;
  readonly me?: string;
  readonly logout?: string;
}

export type Mark = 'fine' | 'broken' | 'doubtful' | 'skipped';

export interface StoryLine {
  readonly mark: Mark;
  readonly step: string;
  readonly request: string;
  readonly says: string;
}

export interface Finding {
  readonly code: string;
  readonly weight: string;
  readonly title: string;
  readonly why: string;
  readonly step: string;
  readonly request: string;
  readonly detail: string;
  readonly standard: string;
  readonly seen?: string;
  readonly needed?: string;
  readonly cure: {
    readonly stack: string;
    readonly says: string;
    readonly place?: string;
    readonly lines: readonly string[];
  };
}

export interface Report {
  readonly app: string;
  readonly api: string;
  readonly browser: string;
  readonly stack: string;
  readonly healthy: boolean;
  readonly story: readonly StoryLine[];
  readonly findings: readonly Finding[];
}

interface Line {
  readonly step?: string;
  readonly report?: Report;
  readonly refused?: string;
}

/** One examination. What can't be done rejects with the reason. */
export async function examine(
  order: Order,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<Report> {
  const answer = await fetch('/doctor/examination', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(order),
    signal,
  });
  for await (const line of lines(answer)) {
    if (line.step !== undefined) {
      onStep(line.step);
    }
    if (line.refused !== undefined) {
      throw new Error(line.refused);
    }
    if (line.report !== undefined) {
      return line.report;
    }
  }
  throw new Error('The demo ended before the examination did. Is it still running?');
}

async function* lines(answer: Response): AsyncGenerator<Line> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const part = await reader?.read();
    text += part?.value ?? '';
    const end = part === undefined || part.done;
    const whole = text.split('\n');
    text = end ? '' : (whole.pop() ?? '');
    for (const line of whole) {
      if (line.trim() !== '') {
        yield parse(line);
      }
    }
    if (end) {
      return;
    }
  }
}

function parse(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new Error("The page's server gave no answer of a doctor. Is this page served by coatcheck demo?");
  }
}
