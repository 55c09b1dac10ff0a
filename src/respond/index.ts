export type { Peer, Respond, Transfer } from './types.ts'
