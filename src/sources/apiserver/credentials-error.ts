import { sentence } from '../../words/observe/index.ts'

/**
 * Credentials that cannot be had: what is wrong, and the remedy, without secrets. Where it is, is said once: by `place`,
 * which neither of them repeats.
 */
export class CredentialsError extends Error {
  readonly problem: string
  readonly remedy: string
  /** `kubeconfig /etc/west`; null while nobody knows but whoever asked for them. */
  readonly place: string | null

  constructor(problem: string, remedy: string, place: string | null = null) {
    const [said, mended] = [sentence(problem), sentence(remedy)]
    super(`${place === null ? '' : `${place}: `}${said}: ${mended}`)
    this.problem = said
    this.remedy = mended
    this.place = place
  }

  at(place: string): CredentialsError {
    return new CredentialsError(this.problem, this.remedy, place)
  }
}
