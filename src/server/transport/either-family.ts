import { codeOf } from './listen-error.ts'
import type { ListenEndpoint } from './types.ts'

/**
 * Opens an endpoint where `::` means every address of both families, as it does for pages and probes. A host whose kernel
 * has no IPv6 refuses such a socket whatever it is for: it has IPv4 alone, so that is every address there.
 */
export async function openEitherFamily<T>(
  at: ListenEndpoint,
  open: (at: ListenEndpoint) => Promise<T>,
): Promise<T> {
  try {
    return await open(at)
  } catch (error) {
    if (at.host !== '::' || codeOf(error) !== 'EAFNOSUPPORT') throw error
    return await open({ ...at, host: '0.0.0.0' })
  }
}
