// Prints what the client adds to a page: bundled and minified with its dependencies (none), then compressed.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const ENTRIES = [
  { name: '@coatcheck/client', file: 'dist/index.js', limit: 5_000 },
  { name: '@coatcheck/client/events, beside it', file: 'dist/events.js', limit: 1_500 },
];

for (const { name, file, limit } of ENTRIES) {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(file, import.meta.url)),
        preserveEntrySignatures: 'strict',
      },
    },
  });
  const code = [result].flat()[0].output[0].code;
  const gzip = gzipSync(code, { level: 9 }).length;
  process.stdout.write(`${name}: ${code.length} bytes minified, ${gzip} bytes gzip (limit ${limit})\n`);
  if (gzip > limit) {
    process.exitCode = 1;
  }
}
