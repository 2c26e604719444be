/** Every form in which a secret could have been written down: as it is, escaped for URLs and JSON, in hexadecimal, in base64. */
export function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const shapes = new Set<string>([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]);
  // Inside a longer text base64 has three alignments; the first and last digits depend on the neighbours.
  for (const shift of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString(encoding)
        .replaceAll('=', '');
      shapes.add(shifted.slice(shift === 0 ? 0 : shift + 1, -2));
    }
  }
  return [...shapes];
}

/** Where any form of a secret stands in these files. */
export function found(secrets: ReadonlyMap<string, string>, files: ReadonlyMap<string, Buffer>): string[] {
  const places: string[] = [];
  for (const [what, secret] of secrets) {
    for (const form of forms(secret)) {
      for (const [file, content] of files) {
        if (content.includes(form)) {
          places.push(`${what} in ${file}`);
        }
      }
    }
  }
  return places;
}
