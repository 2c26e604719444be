export { createCoatcheck } from './createCoatcheck.ts';
export { isCoatcheckError } from './errors.ts';
export type {
  CallOptions,
  ClientCode,
  Coatcheck,
  CoatcheckError,
  CoatcheckOptions,
  CoatcheckRequestInit,
  Credentials,
  DeviceSession,
  Devices,
  ErrorCode,
  PageWindow,
  ProblemCode,
  SessionEnd,
  SessionInfo,
  SessionOptions,
  Snapshot,
  TabChannel,
  User,
} from './types.ts';
