'use client';

export { CoatcheckProvider, type CoatcheckProviderProps } from './CoatcheckProvider.tsx';
export { type UseSession, useCoatcheck, useSession, useSessionExpiry } from './hooks.ts';
