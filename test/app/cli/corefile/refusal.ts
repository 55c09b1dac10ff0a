import { CommandFailure } from '../../../../src/app/cli/failure.ts'

/** The sentence with which an attempt is refused; '' where it is not. Any other error is thrown. */
export function refusalOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof CommandFailure) return error.message
    throw error
  }
  return ''
}
