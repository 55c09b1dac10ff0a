import { codeOf } from '../../server/transport/index.ts'

/** The admin address could not be opened; one line with the remedy. */
export class AdminError extends Error {}

export const adminErrorOf = (error: unknown, host: string, port: number): AdminError =>
  new AdminError(explain(error, host, port))

function explain(error: unknown, host: string, port: number): string {
  const code = codeOf(error)
  const at = `admin.listen ${host}:${port}`
  if (code === 'EADDRINUSE')
    return `${at}: the port is taken; stop whoever has it, or choose another with --admin-listen`
  if (code === 'EACCES') return `${at}: no permission to open it; choose a port of 1024 or above`
  if (code === 'EADDRNOTAVAIL') return `${at}: this host does not have that address`
  return `${at}: ${error instanceof Error ? error.message : String(error)}`
}
