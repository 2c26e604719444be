import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/events.ts'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  fixedExtension: false,
  tsconfig: 'tsconfig.src.json',
});
