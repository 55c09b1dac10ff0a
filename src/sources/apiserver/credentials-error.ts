import { sentence } from '../../words/observe/index.ts'

/** Credentials that cannot be had. The message is a sentence without secrets: what is wrong, where, and the remedy. */
export class CredentialsError extends Error {
  readonly problem: string
  readonly remedy: string

  constructor(problem: string, remedy: string) {
    const [said, mended] = [sentence(problem), sentence(remedy)]
    super(`${said}: ${mended}`)
    this.problem = said
    this.remedy = mended
  }
}
