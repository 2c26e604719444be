export { default } from '../client/tsdown.config.ts';
