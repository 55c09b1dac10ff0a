/** An end of the command that the user can mend: its message, and what came out all the same, are all that is printed. */
export class CommandFailure extends Error {
  /** 1: it did not work out; 2: the configuration or the command line is wrong. */
  readonly status: 1 | 2
  /** For standard output. */
  readonly output: string

  constructor(message: string, status: 1 | 2 = 1, output = '') {
    super(message)
    this.status = status
    this.output = output
  }
}

/** What was asked for cannot be done as it was asked. */
export const usageFailure = (problem: string, remedy: string): CommandFailure =>
  new CommandFailure(`${problem}\n    ${remedy}`, 2)
