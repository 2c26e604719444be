export { type SessionExpiring, type SessionOver, type WatchOptions, watchSession } from './watchSession.ts';
