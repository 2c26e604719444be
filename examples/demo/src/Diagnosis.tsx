import type { RefObject } from 'react';
import type { Finding, Mark, Report } from './doctorApi.ts';

const SIGNS: Readonly<Record<Mark, readonly [sign: string, says: string]>> = {
  fine: ['✓', 'fine'],
  broken: ['✗', 'broken'],
  doubtful: ['!', 'doubtful'],
  skipped: ['–', 'not reached'],
};

/** A report: the visit as a story, the first broken link emphasised, then what to change and why. */
export function Diagnosis({
  report,
  heading,
}: {
  report: Report;
  heading: RefObject<HTMLHeadingElement | null>;
}) {
  const first = report.story.findIndex((line) => line.mark === 'broken');
  return (
    <>
      <section className="card" aria-labelledby="story">
        <h2 id="story" ref={heading} tabIndex={-1} data-testid="verdict" data-healthy={report.healthy}>
          {verdict(report)}
        </h2>
        <p className="hint">
          {report.app} asks {report.api}, in {report.browser}
          {report.stack !== 'unknown' && `. The backend looks like ${report.stack}`}.
        </p>
        <ol className="story" data-testid="story">
          {report.story.map((line, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one report never move
              key={index}
              data-mark={line.mark}
              data-first={index === first}
            >
              <span className="mark" aria-hidden="true">
                {SIGNS[line.mark][0]}
              </span>
              <span>
                <span className="said-only">{SIGNS[line.mark][1]}: </span>
                <span className="step">{line.step}</span>
                {line.request && <code>{line.request}</code>}
                <span className="says">{line.says}</span>
              </span>
            </li>
          ))}
        </ol>
      </section>
      {report.findings.map((finding, index) => (
        <Change key={`${finding.code} ${finding.step}`} finding={finding} first={index === 0} />
      ))}
    </>
  );
}

function verdict({ healthy, findings }: Report): string {
  if (healthy) {
    return findings.length === 0 ? 'The sign-in holds.' : 'The sign-in holds. Worth knowing:';
  }
  return findings[0]?.weight === 'breaks' ? 'The sign-in does not hold.' : 'The sign-in holds, but:';
}

function Change({ finding, first }: { finding: Finding; first: boolean }) {
  const id = `finding-${finding.code}-${finding.step.replaceAll(' ', '-')}`;
  return (
    <section
      className="card finding"
      data-first={first}
      data-weight={finding.weight}
      data-testid="finding"
      data-code={finding.code}
      aria-labelledby={id}
    >
      <h2 id={id}>{finding.title}</h2>
      <p>
        {finding.detail}. {finding.why}
      </p>
      <dl>
        <Row name="At" value={`${finding.step}, ${finding.request}`} />
        <Row name="Seen" value={finding.seen} />
        <Row name="Needed" value={finding.needed} />
        <Row name="Rule" value={finding.standard} />
      </dl>
      <h3>What to change</h3>
      <p>{finding.cure.says}</p>
      {finding.cure.lines.length > 0 && (
        <pre>
          {finding.cure.place && <span className="hint">{`${finding.cure.place}\n`}</span>}
          {finding.cure.lines.join('\n')}
        </pre>
      )}
    </section>
  );
}

function Row({ name, value }: { name: string; value: string | undefined }) {
  return (
    value !== undefined && (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    )
  );
}
