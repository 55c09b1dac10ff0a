import { homedir } from 'node:os'

/** What `~` stands for. A user that the system does not know, as containers run as, has none of their own. */
export function homeDirectory(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}
