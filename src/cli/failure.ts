/** An end of the command that the user can mend: its message is all that is printed. */
export class Failure extends Error {
  /** 1: it did not work out; 2: the configuration or the command line is wrong. */
  readonly status: 1 | 2

  constructor(message: string, status: 1 | 2 = 1) {
    super(message)
    this.status = status
  }
}
