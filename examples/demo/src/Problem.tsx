/** Something that went wrong, said at once to those who listen. Empty, it keeps its place in the page. */
export function Problem({ text, id }: { text: string | undefined; id?: string }) {
  return (
    <div role="alert" id={id} data-testid="problem">
      {text && <p className="problem">{text}</p>}
    </div>
  );
}
