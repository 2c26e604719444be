// Prints what the client adds to a page: bundled and minified with its dependencies (none), then compressed.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const LIMIT = 5_000;

const result = await build({
  configFile: false,
  logLevel: 'silent',
  build: {
    write: false,
    minify: true,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input: fileURLToPath(new URL('dist/index.js', import.meta.url)),
      preserveEntrySignatures: 'strict',
    },
  },
});
const code = [result].flat()[0].output[0].code;
const gzip = gzipSync(code, { level: 9 }).length;
process.stdout.write(
  `@coatcheck/client: ${code.length} bytes minified, ${gzip} bytes gzip (limit ${LIMIT})\n`,
);
if (gzip > LIMIT) {
  process.exitCode = 1;
}
