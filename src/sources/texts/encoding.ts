/** Why a text cannot be what it should be, and what to do. */
export interface EncodingProblem {
  readonly problem: string
  readonly remedy: string
}

/**
 * Why a text that was read as UTF-8 is another encoding's bytes: PowerShell's `>` and Windows' editors write UTF-16.
 * undefined: nothing shows that it is.
 */
export function encodingProblemIn(text: string): EncodingProblem | undefined {
  const [, start = ''] = /^(\ufffd{2}\0{0,2}|.?\0{1,3})/s.exec(text) ?? []
  if (start === '') return undefined
  return {
    problem: `is ${start.includes('\0\0') ? 'UTF-32' : 'UTF-16'} text`,
    remedy: 'save it as UTF-8 (in PowerShell: … | Out-File -Encoding utf8 FILE)',
  }
}

/** Without a byte order mark. */
export const withoutMark = (text: string): string => text.replace(/^\ufeff/, '')

/** The text that somebody wrote, a byte order mark left out; or why it is none. */
export function textFrom(bytes: Uint8Array): string | EncodingProblem {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return encodingProblemIn(text) ?? withoutMark(text)
}
