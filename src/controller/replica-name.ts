import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** The name by which a replica stands for election: unlike any other's, also on one host and after a restart. */
export const replicaName = (): string => `${hostname()}_${randomUUID().slice(0, 8)}`
