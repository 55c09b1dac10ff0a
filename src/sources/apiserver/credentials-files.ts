import { readFile, stat } from 'node:fs/promises'
import { textFrom } from '../texts/index.ts'
import { CredentialsError } from './credentials-error.ts'

const MOST_BYTES = 2 ** 20

/**
 * A file's text. `what` says which it is, in a sentence: `the token`; null: it is the place itself, which whoever
 * prints the sentence names. `most`: bytes that it may have.
 */
export async function readCredentialFile(
  path: string,
  what: string | null,
  most = MOST_BYTES,
): Promise<string> {
  const about = what === null ? '' : `${what}: ${path} `
  try {
    const stats = await stat(path)
    // A pipe would be waited for, and a device has no end.
    if (!stats.isFile()) throw new CredentialsError(`${about}is not a file`, 'name one')
    if (stats.size > most) throw new CredentialsError(`${about}is too large to be one`, CORRECT)
    const text = textFrom(await readFile(path))
    if (typeof text === 'string') return text
    throw new CredentialsError(`${about}${text.problem}`, text.remedy)
  } catch (error) {
    if (error instanceof CredentialsError) throw error
    const [problem, remedy] = explain(error)
    throw new CredentialsError(`${about}${problem}`, remedy)
  }
}

export async function readToken(path: string): Promise<string> {
  const token = (await readCredentialFile(path, 'the token')).trim()
  if (token === '') throw new CredentialsError(`the token: ${path} is empty`, 'write the token into it')
  return token
}

const CORRECT = 'correct the path'

function explain(error: unknown): readonly [problem: string, remedy: string] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return ['does not exist', 'create it or correct the path']
  if (code === 'EACCES') return ['may not be read', 'grant this process permission to read it']
  return [`cannot be read (${String(code ?? error)})`, 'see whether the volume that it is on is well']
}
