import { usageFailure } from '../failure.ts'

/** What Meridian says who it is by. */
export interface Token {
  readonly text: string
  /** Whose it is and until when, as a sentence; empty where it does not say. */
  readonly about: string
}

export const TOKEN_PLACEHOLDER: Token = { text: '<TOKEN>', about: '' }

export function parseToken(input: string, place: string): Token {
  const text = input.trim()
  if (text === '')
    throw usageFailure(
      `--token-file: ${place} is empty`,
      'a token that was only just asked for may take a second: run the command again',
    )
  if (/\s/.test(text))
    throw usageFailure(`--token-file: ${place} holds more than a token`, 'write nothing but the token')
  return { text, about: aboutOf(text) }
}

/** The claims of a JWT; a token of another kind says nothing. */
function aboutOf(token: string): string {
  const { sub, exp } = claimsOf(token)
  if (typeof sub !== 'string') return ''
  const until = new Date(typeof exp === 'number' ? exp * 1000 : Number.NaN)
  const end = Number.isNaN(until.getTime()) ? 'has no end' : `ends ${until.toISOString()}`
  return `The token is ${sub}'s and ${end}.`
}

function claimsOf(token: string): { readonly sub?: unknown; readonly exp?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? claims : {}
  } catch {
    return {}
  }
}
